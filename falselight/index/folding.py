"""Folding and tokens of the embedded index: letter by letter, so that it is linear, repeatable and keeps offsets.

It agrees with nlp.normalise.fold on letters (Arabic-script variants, digits, case, invisible characters) and goes on
where a searcher is lazier than a writer: accents go too. It does not read leet or letters apart; the normalised column
does, and the index folds that column once more with this table. The index must not import nlp (DESIGN §3).
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterator
from functools import lru_cache

Fold = Callable[[str], str]

_ARABIC = {
    "ا": "أإآٱٲٳٵ", "ي": "ىیېێۍئےۓ", "و": "ؤۆۇۈۋۅۉ", "ه": "ةەھہۀۂۃ", "ك": "کڪڭ", "گ": "ګ", "ر": "ڕړڑ", "ل": "ڵ",
    "ت": "ټٹ", "د": "ډڈ", "ژ": "ږ", "ش": "ښ", "ن": "ڼں", "ج": "ځ", "چ": "څ", "ف": "ڤ",
}  # fmt: skip
_LATIN = {"i": "ı", "l": "ł", "o": "ø", "d": "đ", "ae": "æ", "oe": "œ"}  # no decomposition in Unicode, typed without
_VARIANTS = str.maketrans({old: new for new, olds in (_ARABIC | _LATIN).items() for old in olds})
# Marks that carry no letter: accents, Cyrillic titlo, niqqud and harakat, Ethiopic gemination, variation selectors.
# Vowel signs of Indic scripts are marks too, and stay.
_SILENT = ((0x300, 0x36F), (0x483, 0x487), (0x591, 0x8FF), (0x135D, 0x135F), (0x1AB0, 0x1DFF), (0x20D0, 0x20F0),
           (0xFE00, 0xFE2F), (0xE0100, 0xE01EF))  # fmt: skip
# Scripts without spaces: every character is a token, a word is a phrase of them (what Elasticsearch does as well).
_SINGLE = ((0x3040, 0x30FF), (0x3400, 0x4DBF), (0x4E00, 0x9FFF), (0xF900, 0xFAFF), (0x20000, 0x3FFFF))


class _Folded(dict[int, str]):
    """Each character's folded form, worked out when first met."""

    def __missing__(self, code: int) -> str:
        before, after = "", chr(code)
        while after != before:
            before, after = after, "".join(map(_fold_character, after))
        self[code] = after
        return after


def _fold_character(char: str) -> str:
    kind = unicodedata.category(char)
    if kind == "Nd":
        return str(unicodedata.decimal(char))
    if kind == "Cf" or char == "ـ" or (kind == "Mn" and _within(ord(char), _SILENT)):
        return ""
    # The hamza and madda letters must not be taken apart before the table has seen them whole.
    return unicodedata.normalize("NFKD", char.casefold().translate(_VARIANTS)).casefold()


class _Spaced(dict[int, str]):
    """Letters, digits and their marks as they are; symbols (emoji) and ideographs stand alone; the rest parts words."""

    def __missing__(self, code: int) -> str:
        char = chr(code)
        kind = unicodedata.category(char)
        spaced = " "
        if (kind == "So" and char != "\ufffd") or _within(code, _SINGLE):
            spaced = f" {char} "
        elif kind[0] in "LNM":
            spaced = char
        self[code] = spaced
        return spaced


def _within(code: int, ranges: tuple[tuple[int, int], ...]) -> bool:
    return any(first <= code <= last for first, last in ranges)


_FOLDED, _SPACED = _Folded(), _Spaced()


def default_fold(text: str) -> str:
    """One spelling for what people write in many: case, accents, harakat, Arabic-script variants, digits."""
    return text.translate(_FOLDED)


def tokens(text: str) -> list[str]:
    """The words of folded text, in order; each emoji and ideograph is one."""
    return text.translate(_SPACED).split()


def folded_tokens(text: str, fold: Fold) -> list[str]:
    """The words of text that is not folded yet."""
    if fold is not default_fold:
        return tokens(fold(text))
    # Letter by letter means word by word, and most words have been met before: four times as fast.
    return " ".join(map(_word, text.split())).split()


@lru_cache(maxsize=65_536)
def _word(word: str) -> str:
    return word.translate(_FOLDED).translate(_SPACED)


def token_spans(text: str, fold: Fold) -> Iterator[tuple[str, int, int]]:
    """Folded tokens of unfolded text with the offsets of the written word that each comes from."""
    for start, end in _written_words(text):
        for token in folded_tokens(text[start:end], fold):
            yield token, start, end


def _written_words(text: str) -> Iterator[tuple[int, int]]:
    """Runs of letters; characters that fold to nothing (a joiner, a haraka) do not part a word."""
    start: int | None = None
    for at, char in enumerate(text):
        spaced = _SPACED[ord(char)] if _FOLDED[ord(char)] else char
        if spaced == char != " ":
            start = at if start is None else start
            continue
        if start is not None:
            yield start, at
            start = None
        if spaced.strip():
            yield at, at + 1
    if start is not None:
        yield start, len(text)
