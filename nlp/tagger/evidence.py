"""Why a label was given, in words that an analyst can check: phrases, the words that weighed most, a like example."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from falselight.tags import Reason
from nlp.features import gram_columns, readable
from nlp.heads import Heads
from nlp.pipeline import Analysis
from nlp.tagger.examples import Examples

_PHRASES_MOST, _WORDS_MOST = 3, 3
# A text's first words; a label that rests on none of them rests on no single word.
_WORDS_READ = 400
_WORD = re.compile(r"\S+")
_LETTER = re.compile(r"\w")
# What of the lexicons speaks for relevance and against it.
_TOPIC = {"relevant:yes": ("topic:migration", "lure:", "narrative:"), "relevant:no": ("topic:benign",)}


@dataclass(frozen=True)
class Evidence:
    """Everything about one text that reasons are made of. `grams`: its row of n-gram features (1, columns)."""

    analysis: Analysis
    grams: Any
    vector: np.ndarray
    heads: Heads
    examples: Examples

    def reasons(self, label: str) -> tuple[Reason, ...]:
        """Phrases of the lexicons, or else the words that weighed most; then the nearest example. Never empty."""
        found = [*self._phrases(label)][:_PHRASES_MOST] or [*self._words(label)]
        found += self._example(label)
        return tuple(found) or (
            Reason(kind="rule", text="the text as a whole; no single word decides", source="heads"),
        )

    def _phrases(self, label: str) -> Iterator[Reason]:
        wanted = _TOPIC.get(label, (label,))
        for hit in self.analysis.hits:
            name = f"{hit.kind}:{hit.label}"
            if any(name == one or (one.endswith(":") and name.startswith(one)) for one in wanted):
                source = f"lexicon:{name}/{hit.language}"
                yield Reason(kind="phrase", text=hit.phrase, start=hit.start, end=hit.end, source=source)

    def _words(self, label: str) -> Iterator[Reason]:
        """The words whose n-grams together speak loudest for the label, each at its first place in the text."""
        weight = self._weights(label)
        says = self._runs @ (weight * self._share)
        for at in np.argsort(-says, kind="stable")[:_WORDS_MOST]:
            if says[at] > 0:
                start, end = self.analysis.folded.span(*self._places[at])
                word = self.analysis.text[start:end]
                yield Reason(kind="ngrams", text=word, start=start, end=end, source=self.heads.encoder)

    def _weights(self, label: str) -> np.ndarray:
        if label == "relevant:no":
            return -self.heads.grams[:, 0]
        return np.asarray(self.heads.grams[:, self.heads.labels.index(label)])

    def _example(self, label: str) -> Iterator[Reason]:
        near = self.examples.nearest(self._likeness, label)
        if near is not None:
            yield Reason(kind="example", text=near.excerpt, source=f"{near.id} ({near.likeness:.2f})")

    @cached_property
    def _likeness(self) -> np.ndarray:
        return self.examples.likeness(self.vector)

    @cached_property
    def _places(self) -> list[tuple[int, int]]:
        """Folded span of the first occurrence of each different word that has a letter or digit."""
        firsts: dict[str, tuple[int, int]] = {}
        for number, match in enumerate(_WORD.finditer(readable(self.analysis))):
            if number >= _WORDS_READ:
                break
            if _LETTER.search(match.group()):
                firsts.setdefault(match.group(), match.span())
        return list(firsts.values())

    @cached_property
    def _runs(self) -> Any:
        text = readable(self.analysis)
        return gram_columns([text[start:end] for start, end in self._places], self.heads.space)

    @cached_property
    def _share(self) -> np.ndarray:
        """Each column's value in this text, shared out among the words that fill it."""
        values = np.zeros(len(self.heads.space.columns))
        values[self.grams.indices] = self.grams.data
        filled = np.asarray(self._runs.sum(axis=0)).ravel()
        return np.asarray(values / np.maximum(filled, 1))
