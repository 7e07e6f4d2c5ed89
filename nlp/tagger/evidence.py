"""Why a label was given, in words that an analyst can check: phrases, the words that weighed most, a like example."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from falselight.tags import Reason
from nlp.features import Grams, readable
from nlp.heads import Heads
from nlp.pipeline import Analysis
from nlp.tagger.examples import Examples

_PHRASES_MOST, _WORDS_MOST = 3, 3
# A text's first words; a label that rests on none of them rests on no single word.
_WORDS_READ = 400
_LETTER = re.compile(r"\w")
# What of the lexicons speaks for relevance and against it.
_TOPIC = {"relevant:yes": ("topic:migration", "lure:", "narrative:"), "relevant:no": ("topic:benign",)}


@dataclass(frozen=True)
class Evidence:
    """Everything about one text that reasons are made of. `grams`: n-gram features of its chunk, it stands at `row`."""

    analysis: Analysis
    grams: Grams
    row: int
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
        says = self._says(label)
        for at in np.argsort(-says, kind="stable")[:_WORDS_MOST]:
            if says[at] > 0:
                start, end = self.analysis.folded.span(*self._places[at][1])
                word = self.analysis.text[start:end]
                yield Reason(kind="ngrams", text=word, start=start, end=end, source=self.heads.encoder)

    def _says(self, label: str) -> np.ndarray:
        """(words,): the part of the label's score that each word's letter runs make up."""
        columns, value, cells = self._cells
        column = 0 if label == "relevant:no" else self.heads.labels.index(label)
        weight = self.heads.grams[columns, column] * value * (-1 if label == "relevant:no" else 1)
        return np.bincount(cells.row, weight[cells.col] * cells.data, minlength=len(self._places))

    @cached_property
    def _cells(self) -> tuple[np.ndarray, np.ndarray, Any]:
        """The text's columns, the value that one occurrence has in each, and the words' runs (words, those columns)."""
        start, end = self.grams.rows.indptr[self.row : self.row + 2]
        columns, values = self.grams.rows.indices[start:end], self.grams.rows.data[start:end]
        runs = self.grams.word_rows[[number for number, _ in self._places]].tocoo()
        runs.col = np.searchsorted(columns, runs.col)
        filled = np.bincount(runs.col, runs.data, minlength=len(columns))
        return columns, values / np.maximum(filled, 1), runs

    def _example(self, label: str) -> Iterator[Reason]:
        near = self.examples.nearest(self._likeness, label)
        if near is not None:
            yield Reason(kind="example", text=near.excerpt, source=f"{near.id} ({near.likeness:.2f})")

    @cached_property
    def _likeness(self) -> np.ndarray:
        return self.examples.likeness(self.vector)

    @cached_property
    def _places(self) -> list[tuple[int, tuple[int, int]]]:
        """Number and first folded span of each different word that has a letter or digit."""
        text, words = readable(self.analysis), self.grams.places[self.row].items()
        return [(number, span) for number, span in words if _LETTER.search(text, *span)][:_WORDS_READ]
