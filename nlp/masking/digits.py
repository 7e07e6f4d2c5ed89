"""Digits as writers disguise them: words for digits, the letter O for zero. One character in, one character out."""

from __future__ import annotations

import re
from functools import cache

from nlp.masking.data import load, plain
from nlp.masking.folding import GAP, bare, fold

_WORD = re.compile(r"[^\W\d_][^\W\d_\x00]*(?:\x00+[^\W\d_]+)*|\d+")
_LETTERS = re.compile(r"[^\W\d_]+")
_BETWEEN = re.compile(r"[\s.\-·,/|_*~\x00\x02()+]{0,6}")
_NEAR = r"[\s.\-·/|_*~\x00\x02()]{0,4}"
_OH = "OoОоΟο"
_ZEROS = str.maketrans(dict.fromkeys(_OH, "0"))
_GLUED = re.compile(rf"(?<=\d)[{_OH}]+(?![^\W\d_])|(?<![^\W\d_])[{_OH}]+(?=\d)|(?<=\d)[{_OH}]+(?=\d)")
_INSIDE = re.compile(rf"\d(?:{_NEAR}(?<![^\W\d_])[{_OH}](?![^\W\d_]))+(?={_NEAR}\d)")
MIN_DIGITS = 7


def may_spell_digits(folded: str) -> bool:
    """Whether two different number words occur: a cheap look before the thorough one."""
    return len(_number_words_in(folded)) >= 2


def _number_words_in(folded: str) -> set[str]:
    return _spellings().keys() & set(_LETTERS.findall(bare(folded).lower()))


@cache
def _spellings() -> dict[str, str]:
    """Number word as folded text has it → its digit, or `x2` for a word that repeats the next digit."""
    words: dict[str, object] = {
        word: digit for words in load("phones")["number_words"].values() for word, digit in words.items()
    }
    words |= {word: f"x{times}" for word, times in load("phones")["times"].items()}
    return {form: str(value) for word, value in words.items() for form in (bare(fold(word)).lower(), plain(word))}


def undisguise(folded: str) -> str:
    """Folded text in which number words and letters for zero, where they are part of a number, are digits."""
    text = folded
    if not text.isascii() or "o" in text or "O" in text:
        text = _GLUED.sub(lambda match: match.group().translate(_ZEROS), text)
        text = _INSIDE.sub(lambda match: match.group().translate(_ZEROS), text)
    return _words_to_digits(text) if _number_words_in(text) else text


def _words_to_digits(folded: str) -> str:
    words = _spellings()
    tokens: list[tuple[int, int, str]] = []
    parts: list[str] = []
    at = 0
    for match in _WORD.finditer(folded):
        word = match.group()
        value = word if word[0].isdigit() else words.get(bare(word).lower(), "")
        if tokens and not (value and _BETWEEN.fullmatch(folded, tokens[-1][1], match.start())):
            at = _flush(folded, tokens, parts, at)
            tokens = []
        if value:
            tokens.append((match.start(), match.end(), value))
    at = _flush(folded, tokens, parts, at)
    return "".join(parts) + folded[at:] if at else folded


def _flush(folded: str, tokens: list[tuple[int, int, str]], parts: list[str], at: int) -> int:
    """Write a run of number words and digits as digits, each padded to the length of its word; returns how far."""
    digits = sum(int(value[1:]) - 1 if value[0] == "x" else len(value) for *_, value in tokens)
    spelled = any(not folded[start].isdigit() for start, _, value in tokens)
    if digits < MIN_DIGITS or not spelled:
        return at
    for number, (start, end, value) in enumerate(tokens):
        if value[0] == "x":
            following = tokens[number + 1][2] if number + 1 < len(tokens) else ""
            value = following[:1] * (int(value[1:]) - 1) if following[:1].isdigit() else ""
        parts += folded[at:start], value.ljust(end - start, GAP)
        at = end
    return at
