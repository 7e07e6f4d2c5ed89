"""Learning the weights of nlp/components/parts.py: a conditional random field, solved by L-BFGS over whole texts."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import numpy as np
from scipy import sparse
from scipy.optimize import minimize

from nlp.components.parts import N_COUNTS, Ways, Weights, ways_of

# Penalties of the squared weights of countries, pairs, text and counts, chosen out of fold; a factor of two either way
# changes nothing beyond .01.
_PENALTY = (1.0, 2.0, 1.5, 0.1)
_WIDTH = (4, 16, 1)
# A sign in fewer texts teaches nothing that holds elsewhere; a weight below this moves no decision.
_TEXTS_MIN, _WEIGHT_MIN = 2, 0.03
_STEPS = 120
_LOOSE = "loose "


@dataclass(frozen=True, slots=True)
class Example:
    """The signs of one text. `countries`, `pairs`: one set each, pairs in the order of `combinations`; `way`: the number of
    the labelled way among `ways_of(len(countries))`; `loose`: labelled by a looser reading of the rules, see `fit`."""

    countries: tuple[frozenset[str], ...]
    pairs: tuple[frozenset[str], ...]
    text: frozenset[str]
    way: int
    loose: bool

    def tables(self) -> tuple[tuple[frozenset[str], ...], ...]:
        """The three kinds of signs, each as rows of a table."""
        return self.countries, self.pairs, (self.text,)


def fit(examples: Sequence[Example], *, loose: bool = False) -> Weights:
    """The weights for the strict reading of the labelling rules, or for the `loose` one; the threshold is left open (½).

    In loosely labelled texts every sign stands a second time under a name of its own, so that what the two readings share is
    learned from both and what parts them from each; the second weights are added for the loose reading, dropped for the strict.
    """
    tables = [[_signs(signs, one.loose) for one in examples for signs in one.tables()[kind]] for kind in range(3)]
    names = [_names(rows) for rows in tables]
    problem = _Problem([_matrix(rows, known) for rows, known in zip(tables, names, strict=True)], _batches(examples))
    start = np.zeros(problem.size)
    found = minimize(problem, start, jac=True, method="L-BFGS-B", options={"maxiter": _STEPS, "maxcor": 8})
    *learned, counts = problem.split(found.x)
    kept = [_kept(known, weights, loose) for known, weights in zip(names, learned, strict=True)]
    return Weights(kept[0], kept[1], kept[2], counts, threshold=0.5)


def _signs(signs: frozenset[str], loose: bool) -> frozenset[str]:
    return signs | {_LOOSE + sign for sign in signs} if loose else signs


def _names(rows: Iterable[frozenset[str]]) -> dict[str, int]:
    """Sign → column, by name, of the signs that are in enough rows."""
    counts = Counter(sign for row in rows for sign in row)
    return {sign: at for at, sign in enumerate(sorted(sign for sign, n in counts.items() if n >= _TEXTS_MIN))}


def _matrix(rows: Sequence[frozenset[str]], names: dict[str, int]) -> Any:
    columns = [sorted(names[sign] for sign in row if sign in names) for row in rows]
    ends = np.cumsum([0, *map(len, columns)])
    flat = np.fromiter((at for row in columns for at in row), dtype=np.int64, count=int(ends[-1]))
    return sparse.csr_matrix((np.ones(len(flat)), flat, ends), shape=(len(rows), len(names)))


def _kept(names: dict[str, int], weights: np.ndarray, loose: bool) -> dict[str, np.ndarray]:
    """Sign → weights, without those that move no decision."""
    found = {sign: weights[at] for sign, at in names.items() if not sign.startswith(_LOOSE)}
    if loose:
        found = {
            sign: row + weights[names[_LOOSE + sign]] if _LOOSE + sign in names else row for sign, row in found.items()
        }
    return {sign: row.round(3) for sign, row in found.items() if np.abs(row).max() >= _WEIGHT_MIN}


@dataclass(frozen=True, slots=True)
class _Batch:
    """The texts with equally many countries: their first rows in the tables and their labelled ways.

    `country_ways`, `pair_ways`, `count_ways`: one 0/1 matrix (ways, parts) per country, per pair, and for the counts.
    """

    ways: Ways
    countries: np.ndarray
    pairs: np.ndarray
    texts: np.ndarray
    labels: np.ndarray
    country_ways: list[np.ndarray]
    pair_ways: list[np.ndarray]
    count_ways: np.ndarray


def _batches(examples: Sequence[Example]) -> list[_Batch]:
    rows: dict[int, list[tuple[int, int, int, int]]] = defaultdict(list)
    country = pair = 0
    for at, one in enumerate(examples):
        rows[len(one.countries)].append((country, pair, at, one.way))
        country, pair = country + len(one.countries), pair + len(one.pairs)
    return [_batch(n, np.array(chosen)) for n, chosen in sorted(rows.items())]


def _batch(n: int, rows: np.ndarray) -> _Batch:
    ways = ways_of(n)
    parts = [ways.parts[:, at] for at in range(n)]
    return _Batch(
        ways,
        countries=rows[:, 0],
        pairs=rows[:, 1],
        texts=rows[:, 2],
        labels=rows[:, 3],
        country_ways=[np.eye(4)[its] for its in parts],
        pair_ways=[np.eye(16)[one * 4 + other] for one, other in combinations(parts, 2)],
        count_ways=np.eye(N_COUNTS)[ways.counts],
    )


class _Problem:
    """Penalised negative log-likelihood and its gradient, for `scipy.optimize.minimize`."""

    def __init__(self, matrices: Sequence[Any], batches: Sequence[_Batch]) -> None:
        self._matrices, self._batches = matrices, batches
        self._across = [matrix.T.tocsr() for matrix in matrices]
        self._sizes = [matrix.shape[1] * width for matrix, width in zip(matrices, _WIDTH, strict=True)] + [N_COUNTS]
        self._penalty = np.repeat(_PENALTY, self._sizes)
        self.size = sum(self._sizes)

    def split(self, flat: np.ndarray) -> list[np.ndarray]:
        """Weights of countries, pairs and text (signs, width), and of counts."""
        *tables, counts = np.split(flat, np.cumsum(self._sizes)[:-1])
        return [*(table.reshape(-1, width) for table, width in zip(tables, _WIDTH, strict=True)), counts]

    def __call__(self, flat: np.ndarray) -> tuple[float, np.ndarray]:
        *tables, counts = self.split(flat)
        sums = [matrix @ table for matrix, table in zip(self._matrices, tables, strict=True)]
        slopes = [np.zeros_like(each) for each in sums]
        count_slope, loss = np.zeros(N_COUNTS), 0.0
        for batch in self._batches:
            off, cost = _misses(_scores(batch, sums, counts), batch.labels)
            _spread(batch, off, slopes)
            count_slope += off.sum(axis=0) @ batch.count_ways
            loss += cost
        parts = [(across @ slope).ravel() for across, slope in zip(self._across, slopes, strict=True)]
        slope = np.concatenate([*parts, count_slope]) + self._penalty * flat
        return loss + 0.5 * float((self._penalty * flat**2).sum()), slope


def _scores(batch: _Batch, sums: Sequence[np.ndarray], counts: np.ndarray) -> np.ndarray:
    """(texts, ways): the sum of the weights."""
    scores: np.ndarray = sums[2][batch.texts] * batch.ways.moves[None] + counts[batch.ways.counts][None]
    for at, table in enumerate(batch.country_ways):
        scores = scores + sums[0][batch.countries + at] @ table.T
    for at, table in enumerate(batch.pair_ways):
        scores = scores + sums[1][batch.pairs + at] @ table.T
    return scores


def _misses(scores: np.ndarray, labels: np.ndarray) -> tuple[np.ndarray, float]:
    """Probability of each way minus 1 for the labelled one, and the sum of −log of what the labelled ones get."""
    scores = scores - scores.max(axis=1, keepdims=True)
    chances = np.exp(scores)
    chances /= chances.sum(axis=1, keepdims=True)
    rows = np.arange(len(labels))
    cost = -float(np.log(np.maximum(chances[rows, labels], 1e-300)).sum())
    chances[rows, labels] -= 1
    return chances, cost


def _spread(batch: _Batch, off: np.ndarray, slopes: Sequence[np.ndarray]) -> None:
    """Add each way's miss to the parts, pairs and movement that it is made of."""
    for at, table in enumerate(batch.country_ways):
        slopes[0][batch.countries + at] += off @ table
    for at, table in enumerate(batch.pair_ways):
        slopes[1][batch.pairs + at] += off @ table
    slopes[2][batch.texts, 0] += off @ batch.ways.moves
