"""Words of folded text, with the forms under which the lexicons know them."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

# Vowel signs of the Indic and South-East Asian scripts belong to the word, but Python's \w leaves them out.
_SIGNS = "".join(chr(code) for code in range(0x900, 0x10A0) if unicodedata.category(chr(code)) in {"Mn", "Mc"})
_WORD = re.compile(rf"[^\W\d_](?:[^\W\d_]|[{_SIGNS}])*|\d+|[%€$£₺₽₴₹৳₦]")
_BREAK = re.compile(r"\n|[.!?؟।۔።:;؛](?=\s)|\|")


def _plain_letters() -> dict[int, str]:
    """Latin and Greek letters without their accents, as people type them in a hurry (`lodz`, `turkiye`)."""
    table = {
        ord("ı"): "i",
        ord("ł"): "l",
        ord("ø"): "o",
        ord("đ"): "d",
        ord("æ"): "ae",
        ord("œ"): "oe",
        ord("ə"): "e",
        ord("þ"): "th",
    }
    table |= {ord("ð"): "d", ord("ɓ"): "b", ord("ɗ"): "d", ord("ƙ"): "k", ord("ё"): "е", ord("ґ"): "г"}
    for code in (*range(0xDF, 0x250), *range(0x1E00, 0x1F00), *range(0x386, 0x3CF)):
        base = unicodedata.normalize("NFD", chr(code))
        if len(base) > 1 and code not in table:
            table[code] = "".join(char for char in base if not unicodedata.combining(char))
    return table


_PLAIN = _plain_letters()


@dataclass(frozen=True, slots=True)
class Words:
    """The words of one folded text: `keys` as lexicons know them, their places, and where a sentence or line ends.

    `breaks`: indices of the words that begin after a break; a phrase never reaches over one.
    """

    keys: list[str]
    starts: list[int]
    ends: list[int]
    breaks: frozenset[int]


def split(folded: str) -> Words:
    """Split folded text; numbers are words of their own (`2500euro` is two)."""
    keys: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    plain = folded if folded.isascii() else folded.translate(_PLAIN)
    same = len(plain) == len(folded)
    for match in _WORD.finditer(folded):
        start, end = match.span()
        keys.append(plain[start:end] if same else match.group().translate(_PLAIN))
        starts.append(start)
        ends.append(end)
    return Words(keys, starts, ends, _breaks(folded, starts))


def _breaks(folded: str, starts: list[int]) -> frozenset[int]:
    places = [match.start() for match in _BREAK.finditer(folded)]
    if not places:
        return frozenset()
    found, word = set(), 0
    for place in places:
        while word < len(starts) and starts[word] < place:
            word += 1
        found.add(word)
    return frozenset(found)
