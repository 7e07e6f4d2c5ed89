"""How likely each label is, for each text of a chunk, and from where on it is given: heads first, then everything joined."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from falselight.errors import Missing
from nlp.encoders.transformer import Transformer
from nlp.features import Grams, found_in
from nlp.heads import Heads
from nlp.joined import Joined, features
from nlp.labels import LABELS
from nlp.pipeline import Analysis
from nlp.training.rows import STANCES

# With the heads alone: a label that reaches this share of its threshold is left to a person.
_DOUBT = 0.6
_DECIMALS = 3
_RULES_HIT = ("lure", "narrative")


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is thought of one text. `chances`: one per label, rounded; `limits`, `doubts`: one per label but the stances.

    `favour` (4,): what each stance's chance is multiplied with. `origin`: which model said so. `lure_from`: as in nlp.joined.
    """

    chances: np.ndarray
    limits: np.ndarray
    doubts: np.ndarray
    favour: np.ndarray
    origin: str
    lure_from: float = 0.0

    def gives(self, name: str, at: int) -> bool:
        """Whether the label at that place is given: likely enough, a lure only to a text that is surely relevant."""
        sure = not name.startswith("lure:") or self.chances[0] >= self.lure_from
        return bool(sure and self.chances[at] >= self.limits[at])

    @property
    def stance(self) -> int:
        """Index into STANCES."""
        return int(self._stances.argmax())

    @property
    def stance_lead(self) -> float:
        """By how much the chosen stance leads the next, 0–1."""
        second, first = np.sort(self._stances / self._stances.sum())[-2:]
        return float(first - second)

    @property
    def _stances(self) -> np.ndarray:
        return np.asarray(self.chances[-len(STANCES) :] * self.favour)


@dataclass(frozen=True, slots=True)
class Second:
    """The second reader: the transformer, and what weighs it with heads and lexicons. Reads what the heads leave open."""

    transformer: Transformer
    joined: Joined

    def verdicts(self, analyses: Sequence[Analysis], scores: np.ndarray) -> list[Verdict]:
        """`scores` (texts, labels): what the heads gave."""
        logits = self.transformer.read([analysis.text for analysis in analyses])
        found = [found_in(analysis) for analysis in analyses]
        chances = self.joined.probabilities(features(scores, logits, found, self.joined.found))
        origin = f"model:transformer+use@{self.joined.revision}"
        groups = [self.joined.group(analysis.language.code) for analysis in analyses]
        joined = self.joined
        return [
            Verdict(
                row.round(_DECIMALS),
                joined.threshold[group],
                joined.doubt[group],
                joined.stance_favour,
                origin,
                joined.lure_from,
            )
            for row, group in zip(chances, groups, strict=True)
        ]

    def is_settled(self, analysis: Analysis, relevant: float) -> bool:
        """Whether the heads' `relevant` is low enough to read no further: then no lexicon may have found anything."""
        return relevant < self.joined.settled_below and not any(hit.kind in _RULES_HIT for hit in analysis.hits)


def verdicts(
    analyses: Sequence[Analysis], vectors: np.ndarray, heads: Heads, second: Second | None
) -> tuple[list[Verdict], Grams]:
    """One verdict per text, in order, and the n-gram features (for reasons)."""
    grams = heads.space.grams(analyses)
    scores = heads.scores(grams.rows, heads.space.dense(analyses, vectors))
    result = [_of_heads(heads, row) for row in heads.probabilities(scores)]
    if second is not None:
        open_at = [at for at, one in enumerate(analyses) if not second.is_settled(one, float(result[at].chances[0]))]
        read = second.verdicts([analyses[at] for at in open_at], scores[open_at]) if open_at else []
        for at, verdict in zip(open_at, read, strict=True):
            result[at] = verdict
    return result, grams


def _of_heads(heads: Heads, chances: np.ndarray) -> Verdict:
    limits = heads.threshold[: -len(STANCES)]
    origin = f"model:{heads.encoder}@{heads.revision}"
    return Verdict(chances.round(_DECIMALS), limits, limits * _DOUBT, heads.stance_favour, origin)


def second_reader(heads: Heads, transformer: Transformer, joined: Joined) -> Second:
    """The pair, checked. Missing where the heads were learned for other labels."""
    if heads.labels != LABELS:
        raise Missing("the heads know other labels than the taxonomy: python -m nlp.training.train")
    return Second(transformer, joined)
