"""Folding for masking: one character in, one character out, so that a place found is a place in the original."""

from __future__ import annotations

import re
import unicodedata

GAP = "\x00"  # carries nothing: joiners, marks, variation selectors, keycaps
WALL = "\x01"  # inside a placeholder: nothing may be read across it
SYMBOL = "\x02"  # emoji and other pictures, which writers put between digits

PLACEHOLDERS = {"phone": "[phone]", "e-mail": "[e-mail]", "handle": "[handle]", "link": "[link]", "name": "[name]"}
_PLACEHOLDER = re.compile("|".join(re.escape(text) for text in PLACEHOLDERS.values()))
_DASHES = frozenset("−➖﹣⁃¬־")
_DOTS = frozenset("•‧∙⋅・ꞏ●○◦▪")


class _Characters(dict[int, str]):
    """Each character's folded form, worked out when first met."""

    def __missing__(self, code: int) -> str:
        folded = _fold_character(chr(code))
        if len(self) < 0x20000:  # a hostile text cannot fill the memory
            self[code] = folded
        return folded


def _fold_character(char: str) -> str:
    if " " <= char <= "~" or char in "\n\t":
        return char
    digit = unicodedata.digit(char, None)
    if digit is not None:
        return str(digit)
    kind = unicodedata.category(char)
    if kind in {"Cf", "Cc", "Mn", "Me", "Cn", "Co"} or char == "ـ":
        return " " if char == "\r" else GAP
    return _fold_sign(char, kind)


def _fold_sign(char: str, kind: str) -> str:
    if kind in {"Zl", "Zp"}:
        return "\n"
    if kind in {"Zs", "Cs"}:
        return " "
    if kind == "Pd" or char in _DASHES:
        return "-"
    if char in _DOTS or char == "№":
        return "#" if char == "№" else "·"
    ascii_form = unicodedata.normalize("NFKC", char)
    if len(ascii_form) == 1 and " " < ascii_form <= "~":
        return ascii_form
    return SYMBOL if kind in {"So", "Sk", "Sm"} else char


_CHARACTERS = _Characters()


def fold(text: str) -> str:
    """Text of the same length: ASCII digits and signs, placeholders walled off."""
    return wall_off(text.translate(_CHARACTERS))


def wall_off(text: str) -> str:
    """The text with walls in place of placeholders, of the same length."""
    return _PLACEHOLDER.sub(lambda match: WALL * len(match.group()), text) if "[" in text else text


def bare(folded: str) -> str:
    """Folded text without gaps: the value of a place, not a place."""
    return folded.replace(GAP, "")
