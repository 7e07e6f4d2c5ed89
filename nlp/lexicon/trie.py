"""Finding many thousand phrases of words at once, words with open endings (`visa*`) among them.

spaCy's PhraseMatcher compares one value per token, so a token could carry only one of the stems `vis*` and `visa*`, and
no second reading without the Arabic article. A trie over words takes all readings and is as fast (figures in the tests).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from nlp.lexicon.forms import forms
from nlp.lexicon.words import Words

Value = TypeVar("Value")
# Cached words; beyond this the cache starts anew, so that a million posts do not fill the memory.
_MAX_CACHED = 100_000


@dataclass(slots=True)
class _Node(Generic[Value]):
    children: dict[str, _Node[Value]] = field(default_factory=dict)
    values: list[Value] = field(default_factory=list)


class Trie(Generic[Value]):
    """Phrases of words with a value each; `find` gives every occurrence of every phrase."""

    def __init__(self) -> None:
        self._root: _Node[Value] = _Node()
        self._known: set[str] = set()
        self._stem_lengths: set[int] = set()
        self._cache: dict[str, tuple[str, ...]] = {}

    def add(self, words: Sequence[str], value: Value) -> None:
        """Add a phrase; a word that ends in `*` stands for every word that begins so."""
        node = self._root
        for word in words:
            self._known.add(word)
            if word.endswith("*"):
                self._stem_lengths.add(len(word) - 1)
            node = node.children.setdefault(word, _Node())
        node.values.append(value)
        self._cache.clear()

    def find(self, words: Words) -> Iterator[tuple[int, int, Value]]:
        """(first word, word after the last, value) of each occurrence, in the order of the text."""
        cache = self._cache
        readings = [cache[key] if key in cache else self._readings(key) for key in words.keys]
        for start, keys in enumerate(readings):
            for key in keys:
                if (node := self._root.children.get(key)) is not None:
                    yield from self._follow(node, readings, start, start + 1, words.breaks)

    def _follow(
        self, node: _Node[Value], readings: list[tuple[str, ...]], start: int, at: int, breaks: frozenset[int]
    ) -> Iterator[tuple[int, int, Value]]:
        for value in node.values:
            yield start, at, value
        if not node.children or at >= len(readings) or at in breaks:
            return
        for key in readings[at]:
            if (child := node.children.get(key)) is not None:
                yield from self._follow(child, readings, start, at + 1, breaks)

    def _readings(self, word: str) -> tuple[str, ...]:
        """The phrase words that this word may stand for."""
        found = self._cache.get(word)
        if found is None:
            if len(self._cache) >= _MAX_CACHED:
                self._cache.clear()
            found = self._cache[word] = self._look_up(word)
        return found

    def _look_up(self, word: str) -> tuple[str, ...]:
        certain, guesses = forms(word)
        found = dict.fromkeys(key for form in certain for key in self._keys(form))
        for guess in guesses:
            if found:
                break
            found |= dict.fromkeys(self._keys(guess))
        return tuple(found)

    def _keys(self, form: str) -> Iterator[str]:
        if form in self._known:
            yield form
        for length in self._stem_lengths:
            if length <= len(form) and (stem := form[:length] + "*") in self._known:
                yield stem
