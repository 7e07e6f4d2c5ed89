"""Folding: one spelling for what people write in many, with the way back to the original.

Search, lexicons, heads and duplicates all read folded text; reasons point into the original. Hence `Folded.span`.
The steps run until nothing changes, so that folding twice is folding once: an index and a query may both fold.
"""

from __future__ import annotations

import re
import unicodedata
from array import array
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain, repeat

# Arabic, Persian, Kurdish, Urdu, Uighur and Pashto letters that writers and keyboards exchange. Folding the last two
# dozen cut the unknown tokens of multilingual BERT in ckb and ps below 1 % (DESIGN §6).
_VARIANTS = str.maketrans(
    {
        old: new
        for new, olds in {
            "ا": "أإآٱٲٳٵ", "ي": "ىیېێۍئےۓ", "و": "ؤۆۇۈۋۅۉ", "ه": "ةەھہۀۂۃ", "ك": "کڪڭ", "گ": "ګ", "ر": "ڕړڑ", "ل": "ڵ",
            "ت": "ټٹ", "د": "ډڈ", "ژ": "ږ", "ش": "ښ", "ن": "ڼں", "ج": "ځ", "چ": "څ", "ف": "ڤ",
        }.items()
        for old in olds
    }
)  # fmt: skip
_PUNCTUATION = str.maketrans("’‘ʼ`´′ʻʹ‐‑‒–—−٪⁄", "''''''''------%/")
_SMALL_CAPITALS = str.maketrans("ᴀʙᴄᴅᴇꜰɢʜɪᴊᴋʟᴍɴᴏᴘʀꜱᴛᴜᴠᴡʏᴢ", "abcdefghijklmnoprstuvwyz")
# 🅰–🆉 and 🅐–🅩 have no compatibility mapping in Unicode; they are written as letters all the same.
_BADGES = {chr(0x1F170 + n): chr(97 + n) for n in range(26)} | {chr(0x1F150 + n): chr(97 + n) for n in range(26)}

_TO_LATIN = dict(zip("авсеніјкморѕтухԝѵԁһпгзαβεικνορτυχη", "abcehijkmopstyxwvdhnr3abeikvoptuxn", strict=True))
_TO_CYRILLIC = dict(zip("abcehikmoprtyxsjuαεορτικ", "авсенікморгтухѕјиаеортік", strict=True))
_LEET = dict(zip("01345@$", "oieasas", strict=True))
_LEET_CYRILLIC = {"0": "о", "3": "з"}

_LATIN, _CYRILLIC, _GREEK = "a-z\u00df-\u024f\u1e00-\u1eff", "\u0400-\u052f", "\u0370-\u03ff"
_LETTER = rf"[{_LATIN}{_CYRILLIC}{_GREEK}\u05d0-\u05ea\u0620-\u064a\u066e-\u06d3]"
_SCRIPTS_MEET = re.compile(rf"[{_LATIN}][{_CYRILLIC}{_GREEK}]|[{_CYRILLIC}{_GREEK}][{_LATIN}]|[{_CYRILLIC}][{_GREEK}]")
_CYRILLIC_LETTER, _GREEK_LETTER = re.compile(f"[{_CYRILLIC}]"), re.compile(f"[{_GREEK}]")
_EUROPEAN_WORD = re.compile(rf"[{_LATIN}{_CYRILLIC}{_GREEK}]+")
# Commas, colons and brackets are left out: they part the items of real lists (`a, b, c`).
_APART = re.compile(rf"(?<!\w){_LETTER}([^\w\s,;:()\"'] ?| )(?:{_LETTER}\1)+{_LETTER}(?!\w)")
_LEET_WORD = re.compile(r"(?<![\w@$])[a-z]+[013-5@$][a-z0-9@$]*[a-z](?![\w@$]|\.\w)")
_LEET_CYRILLIC_WORD = re.compile(r"(?<!\w)[а-яіїєў]+[03][а-яіїєў03]*[а-яіїєў](?!\w)")
_REPEATED = re.compile(r"([^\W\d_])\1{2,}")
_MAX_PASSES = 8


@dataclass(frozen=True, slots=True)
class Folded:
    """Folded text. `offsets`: for each folded character its offset in the original, plus the original's length."""

    text: str
    offsets: array[int]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """The original characters behind `text[start:end]`; half-open, never empty unless start = end."""
        first, last = self.offsets[start], self.offsets[end]
        while end > start and last == first and end + 1 < len(self.offsets):
            end += 1
            last = self.offsets[end]
        return first, last


_Step = tuple[str, list[int]]


class _Characters(dict[str, str]):
    """Each character's folded form, worked out when first met; at most 0x30000 entries."""

    def __missing__(self, char: str) -> str:
        if char >= "\U00030000":  # nothing to fold up there but tags and variation selectors
            return "" if "\U000e0000" <= char <= "\U000e0fff" else char
        folded = _fold_character(char)
        while (again := "".join(map(_fold_character, folded))) != folded:
            folded = again
        self[char] = folded
        return folded


def _fold_character(char: str) -> str:
    if char in _BADGES:
        return _BADGES[char]
    kind = unicodedata.category(char)
    if char == "\n" or kind in {"Zl", "Zp"}:
        return "\n"
    if kind in {"Cc", "Cs", "Zs"} or char == "\ufffd":
        return " "
    if kind == "Cf" or char == "ـ" or (kind == "Mn" and _is_silent(char)):
        return ""
    if kind == "Nd":
        return str(unicodedata.decimal(char))
    lower = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", char).casefold())
    if lower != char:
        lower = "".join(c for c in lower if not "\u0300" <= c <= "\u036f")
    return lower.translate(_VARIANTS).translate(_PUNCTUATION).translate(_SMALL_CAPITALS)


def _is_silent(mark: str) -> bool:
    """Marks that carry no letter: accents that compose with nothing, harakat, niqqud, variation selectors, gemination."""
    code = ord(mark)
    return (
        0x300 <= code <= 0x36F
        or 0x483 <= code <= 0x487
        or 0x591 <= code <= 0x8FF
        or 0x135D <= code <= 0x135F
        or 0x1AB0 <= code <= 0x1AFF
        or 0x1DC0 <= code <= 0x1DFF
        or 0x20D0 <= code <= 0x20F0
        or 0xFE00 <= code <= 0xFE2F
    )


def _composing_marks() -> str:
    """Marks that some letter of the first 0x3100 code points (and Vietnamese) composes with."""
    pairs = (unicodedata.decomposition(chr(code)).split() for code in range(0xC0, 0x3100))
    return "".join(sorted({chr(int(pair[1], 16)) for pair in pairs if len(pair) == 2 and "<" not in pair[0]}))


_MARKS = _composing_marks()
_COMPOSABLE = re.compile(f".[{_MARKS}][{_MARKS}\u0300-\u036f]*", re.DOTALL)
_CHARACTERS = _Characters()


def fold(text: str) -> Folded:
    """Fold `text`: one spelling, lower case, ASCII digits, no invisible characters; linear in its length."""
    step: _Step = (text, list(range(len(text) + 1)))
    for _ in range(_MAX_PASSES):
        before = step[0]
        for work in _WORK:
            step = work(step)
        if step[0] == before:
            break
    return Folded(step[0], array("I", step[1]))


def _rewrite(step: _Step, pattern: re.Pattern[str], change: Callable[[str], str]) -> _Step:
    """Replace every match; the new characters take their offsets from the old ones at the same place, in order."""
    text, offsets = step
    parts: list[str] = []
    places: list[int] = []
    at = 0
    for match in pattern.finditer(text):
        start, end = match.span()
        new = change(match.group())
        parts += text[at:start], new
        places += offsets[at:start]
        places += (offsets[min(start + n, end - 1)] for n in range(len(new)))
        at = end
    if not at:
        return step
    return "".join(parts) + text[at:], places + offsets[at:]


def _compose(step: _Step) -> _Step:
    """Four marks at most on a letter: canonical ordering of a long run of marks is quadratic in CPython."""
    return _rewrite(step, _COMPOSABLE, lambda cluster: unicodedata.normalize("NFC", cluster[:5]))


def _fold_characters(step: _Step) -> _Step:
    text, offsets = step
    mapped = [_CHARACTERS[char] for char in text]
    folded = "".join(mapped)
    if len(folded) == len(text) and all(mapped):
        return folded, offsets
    places = chain.from_iterable(repeat(at, len(new)) for at, new in zip(offsets, mapped, strict=False))
    return folded, [*places, offsets[-1]]


def _join_letters_apart(step: _Step) -> _Step:
    """`v i s a`, `v.i.s.a`: four letters where only spaces part them, since three may be words of one letter."""
    text, offsets = step
    parts: list[str] = []
    places: list[int] = []
    at = 0
    for match in _APART.finditer(text):
        start, end = match.span()
        stride = 1 + len(match.group(1))
        if match.group(1) == " " and end - start < 4 * stride - 1:
            continue
        parts += text[at:start], text[start:end:stride]
        places += offsets[at:start]
        places += offsets[start:end:stride]
        at = end
    return ("".join(parts) + text[at:], places + offsets[at:]) if at else step


def _unmask_lookalikes(step: _Step) -> _Step:
    if not _SCRIPTS_MEET.search(step[0]):
        return step
    return _rewrite(step, _EUROPEAN_WORD, _one_script)


@lru_cache(maxsize=8192)
def _one_script(word: str) -> str:
    """The word in the script of most of its letters, if every other letter has a twin there; else as it is."""
    cyrillic, greek = len(_CYRILLIC_LETTER.findall(word)), len(_GREEK_LETTER.findall(word))
    latin = len(word) - cyrillic - greek
    if (cyrillic > 0) + (greek > 0) + (latin > 0) < 2 or greek > max(latin, cyrillic):
        return word
    twins, home = (_TO_CYRILLIC, "\u0400") if cyrillic > latin else (_TO_LATIN, "a")
    new = "".join(char if _at_home(char, home) else twins.get(char, "") for char in word)
    return new if len(new) == len(word) else word


def _at_home(char: str, home: str) -> bool:
    return "\u0400" <= char <= "\u052f" if home == "\u0400" else not "\u0370" <= char <= "\u052f"


def _read_leet(step: _Step) -> _Step:
    step = _rewrite(step, _LEET_WORD, lambda word: _unleet(word, _LEET))
    return _rewrite(step, _LEET_CYRILLIC_WORD, lambda word: _unleet(word, _LEET_CYRILLIC))


def _unleet(word: str, twins: dict[str, str]) -> str:
    """Digits between letters read as letters, where letters are in the majority and at least three (`h1b` stays)."""
    letters = sum(char.isalpha() for char in word)
    if letters < 3 or letters * 2 <= len(word):
        return word
    return "".join(twins.get(char, char) for char in word)


def _shorten_repeats(step: _Step) -> _Step:
    return _rewrite(step, _REPEATED, lambda run: run[:2])


_WORK: tuple[Callable[[_Step], _Step], ...] = (
    _compose,
    _fold_characters,
    _join_letters_apart,
    _unmask_lookalikes,
    _read_leet,
    _shorten_repeats,
)
