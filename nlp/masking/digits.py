"""Digits as writers disguise them: words for digits, the letter O for zero. One character in, one character out."""

from __future__ import annotations

import re
from functools import cache

from nlp.masking.data import load, number_words, plain
from nlp.masking.folding import GAP, bare

_WORD = re.compile(r"[^\W\d_][^\W\d_\x00]*(?:\x00+[^\W\d_]+)*|\d+")
_BETWEEN = re.compile(r"[\s.\-·,/|_*~\x00\x02()+]{0,6}")
_OH = re.compile(r"[OoОоΟο](?:[OoОоΟο\x00]*[OoОоΟο])?")
_NEAR_DIGIT = re.compile(r"[\s.\-·/|_*~\x00\x02()]{0,4}")
MIN_DIGITS = 7


def may_spell_digits(folded: str) -> bool:
    """Whether two different number words occur: a cheap look before the thorough one."""
    seen = {word for word in folded.lower().split() if word in _spellings()}
    return len(seen) >= 2


@cache
def _spellings() -> frozenset[str]:
    return frozenset(word for words in load("phones")["number_words"].values() for word in words)


def undisguise(folded: str) -> str:
    """Folded text in which number words and letters for zero, where they are part of a number, are digits."""
    return _words_to_digits(_letters_to_zeros(folded))


def _letters_to_zeros(folded: str) -> str:
    if not any(oh in folded for oh in "OoОоΟο"):
        return folded
    return _OH.sub(lambda match: _zeros(match, folded), folded)


def _zeros(match: re.Match[str], folded: str) -> str:
    start, end = match.span()
    before, after = folded[max(0, start - 5) : start], folded[end : end + 5]
    glued = before[-1:].isdigit() or after[:1].isdigit()
    word = before[-1:].isalpha() or after[:1].isalpha()
    inside = bool(re.search(rf"\d{_NEAR_DIGIT.pattern}$", before) and re.match(rf"{_NEAR_DIGIT.pattern}\d", after))
    if word or not (glued or inside):
        return match.group()
    return re.sub(r"[^\x00]", "0", match.group())


def _words_to_digits(folded: str) -> str:
    words = number_words()
    tokens: list[tuple[int, int, str]] = []
    parts: list[str] = []
    at = 0
    for match in _WORD.finditer(folded):
        word = match.group()
        value = word if word[0].isdigit() else _value(word, words)
        if tokens and not (value and _BETWEEN.fullmatch(folded, tokens[-1][1], match.start())):
            at = _flush(folded, tokens, parts, at)
            tokens = []
        if value:
            tokens.append((match.start(), match.end(), value))
    at = _flush(folded, tokens, parts, at)
    return "".join(parts) + folded[at:] if at else folded


def _value(word: str, words: dict[str, int]) -> str:
    if len(word) > 12:
        return ""
    key = plain(bare(word))
    return f"x{load('phones')['times'][key]}" if key in load("phones")["times"] else str(words.get(key, ""))


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
