"""The lists that masking reads (nlp/lexicon/masking/*.yml), each read once a process."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from functools import cache, lru_cache
from importlib import resources
from typing import Any

import yaml


@cache
def load(name: str) -> dict[str, Any]:
    """One file of the lexicon as plain data."""
    path = resources.files("nlp.lexicon").joinpath("masking", f"{name}.yml")
    data: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return data


@cache
def flat(name: str, key: str) -> frozenset[str]:
    """All words under a key, whatever its shape (list, or lists by language), folded for comparison."""
    value = load(name)[key]
    lists: Iterable[Iterable[str]] = value.values() if isinstance(value, dict) else [value]
    return frozenset(plain(str(word)) for words in lists for word in words)


# Letters that writers and keyboards exchange; accents that no decomposition takes off.
_SAME = dict(zip("أإآٱىیېئؤکةۀەھıłøđ’‘ʼ`ё", "ااااييييوكههههilod''''е", strict=True))


@lru_cache(maxsize=65_536)
def plain(word: str) -> str:
    """Lower case, no accents, no joiners, one spelling for exchangeable letters: for comparing words, not for storing."""
    folded = "".join(plain_letter(char) for char in word)
    return folded.replace("\x00", "")


@cache
def plain_letter(char: str) -> str:
    """One character in, one out; `\\x00` for marks and joiners that carry no letter."""
    char = _SAME.get(char, char)
    if unicodedata.category(char) in {"Mn", "Me", "Cf"} or char == "ـ":
        return "\x00"
    base = unicodedata.normalize("NFD", char)[0].lower()
    base = base if len(base) == 1 else base[0]
    return _SAME.get(base, base)
