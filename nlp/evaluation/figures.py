"""Precision, recall, F1 and their bootstrap intervals, all from one table of counts per row."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import TypedDict

import numpy as np

# Enough for intervals that move by less than .005 between seeds on 126 rows; the seed is fixed so that reports repeat.
_RESAMPLES = 1_000
_SEED = 20_211_202  # the date of JOIN(2021) 32, for want of a better number


class Figure(TypedDict):
    """A figure with its 95 % interval: percentile bootstrap over rows, for shares Wilson's; `n`: rows.

    None where nothing can be counted.
    """

    value: float | None
    ci95: list[float | None]
    n: int


class Quality(TypedDict):
    """`n`: rows that carry the label; `predicted`: rows that were given it. None where the figure is undefined."""

    precision: float | None
    recall: float | None
    f1: float | None
    n: int
    predicted: int


@dataclass(frozen=True, slots=True)
class Counts:
    """`table`: int array (rows, labels, 3) of true positives, false positives and false negatives."""

    labels: tuple[str, ...]
    table: np.ndarray

    def rows(self, chosen: np.ndarray) -> Counts:
        """The same counts for some rows only (`chosen`: boolean or index array)."""
        return Counts(self.labels, self.table[chosen])


def count(wanted: Sequence[AbstractSet[str]], given: Sequence[AbstractSet[str]], labels: Sequence[str]) -> Counts:
    """Compare sets of labels row by row; labels outside `labels` count as labels of their own at the end."""
    every = (*labels, *sorted(frozenset().union(*wanted, *given) - set(labels)))
    table = np.zeros((len(wanted), len(every), 3), dtype=np.int64)
    for row, (truth, guess) in enumerate(zip(wanted, given, strict=True)):
        for at, label in enumerate(every):
            table[row, at] = label in truth and label in guess, label in guess - truth, label in truth - guess
    return Counts(every, table)


def micro_f1(totals: np.ndarray) -> np.ndarray:
    """F1 over all labels together; `totals` (…, labels, 3) → (…); nan where no label occurs at all."""
    return f1_of(totals.sum(axis=-2))


def macro_f1(totals: np.ndarray) -> np.ndarray:
    """Mean F1 of the labels that occur in truth or answer; `totals` (…, labels, 3) → (…); nan where none does."""
    each = f1_of(totals)
    occurring = ~np.isnan(each)
    n = occurring.sum(axis=-1)
    total = np.where(occurring, each, 0).sum(axis=-1)
    return np.where(n > 0, total / np.maximum(n, 1), np.nan)


def f1_of(totals: np.ndarray) -> np.ndarray:
    """2·tp / (2·tp + fp + fn) along the last axis; nan for 0/0."""
    hits, wrong = 2 * totals[..., 0], totals[..., 1] + totals[..., 2]
    return np.where(hits + wrong > 0, hits / np.maximum(hits + wrong, 1), np.nan)


def figure(counts: Counts, measure: Callable[[np.ndarray], np.ndarray]) -> Figure:
    """The measure on all rows, and between which values it falls in 95 % of resampled row sets."""
    n = len(counts.table)
    if n == 0:
        return {"value": None, "ci95": [None, None], "n": 0}
    return {"value": _number(measure(counts.table.sum(axis=0))), "ci95": _middle(_resampled(counts, measure)), "n": n}


def difference(first: Counts, other: Counts, measure: Callable[[np.ndarray], np.ndarray]) -> Figure:
    """By how much `other` exceeds `first` on the same rows in the same order; both are resampled together (paired)."""
    n = len(first.table)
    if n == 0 or n != len(other.table):
        raise ValueError(f"paired figures need the same rows, not {n} and {len(other.table)}")
    gap = measure(other.table.sum(axis=0)) - measure(first.table.sum(axis=0))
    return {"value": _number(gap), "ci95": _middle(_resampled(other, measure) - _resampled(first, measure)), "n": n}


def share(hits: int, n: int) -> Figure:
    """hits / n with its 95 % Wilson interval, which holds for shares near 0 and 1 too; None where n is 0."""
    if n == 0:
        return {"value": None, "ci95": [None, None], "n": 0}
    z = 1.959964
    middle, width = hits + z * z / 2, z * (hits * (n - hits) / n + z * z / 4) ** 0.5
    low, high = max(middle - width, 0.0) / (n + z * z), min((middle + width) / (n + z * z), 1.0)
    return {"value": _number(hits / n), "ci95": [_number(low), _number(high)], "n": n}


def qualities(counts: Counts) -> dict[str, Quality]:
    """Precision, recall and F1 of each label."""
    totals = counts.table.sum(axis=0)
    return {label: _quality(totals[at]) for at, label in enumerate(counts.labels)}


def overall(counts: Counts) -> Quality:
    """Precision, recall and F1 of all labels together (micro)."""
    return _quality(counts.table.sum(axis=(0, 1)))


def calibration_error(scores: Sequence[float], right: Sequence[bool]) -> float | None:
    """Expected calibration error: |mean score − share right| in ten bins of score, weighted by size; None if empty."""
    if not scores:
        return None
    values, truth = np.asarray(scores), np.asarray(right, dtype=float)
    bins = np.minimum((values * 10).astype(int), 9)
    gaps = [abs(values[bins == b].sum() - truth[bins == b].sum()) for b in np.unique(bins)]
    return _number(sum(gaps) / len(values))


def _resampled(counts: Counts, measure: Callable[[np.ndarray], np.ndarray]) -> np.ndarray:
    """The measure on each of a thousand draws of rows; the draws depend on the number of rows alone."""
    n = len(counts.table)
    drawn = np.random.default_rng(_SEED).multinomial(n, np.full(n, 1 / n), size=_RESAMPLES)
    return measure(np.tensordot(drawn, counts.table, axes=1))


def _middle(values: np.ndarray) -> list[float | None]:
    """Between which values the middle 95 % lie; those that could not be counted are left out."""
    values = values[~np.isnan(values)]
    low, high = np.percentile(values, [2.5, 97.5]) if len(values) else (np.nan, np.nan)
    return [_number(low), _number(high)]


def _quality(total: np.ndarray) -> Quality:
    hits, wrong, missed = (int(n) for n in total)
    return {
        "precision": _number(hits / (hits + wrong)) if hits + wrong else None,
        "recall": _number(hits / (hits + missed)) if hits + missed else None,
        "f1": _number(f1_of(total)),
        "n": hits + missed,
        "predicted": hits + wrong,
    }


def _number(value: float | np.ndarray) -> float | None:
    return None if np.isnan(value) else round(float(value), 4)
