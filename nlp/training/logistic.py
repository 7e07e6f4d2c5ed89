"""Logistic regressions for many labels on the same rows, solved together.

Every head reads the same wide rows, so one product of matrices serves all of them: Newton's method with conjugate
gradients, as in liblinear's trust-region solver, but for all labels at once, which takes a fraction of the time of one
fit after the other. Tests compare the optimum with scikit-learn's.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

# The constant is a column of this value, so that the penalty hardly holds it back.
CONSTANT = 3.0
_NEWTON_STEPS, _CG_STEPS, _HALVINGS = 40, 40, 12
# Stop at this share of the first gradient; a CG solution may be this far off (tightening is left to the next step).
_ENOUGH, _CG_ENOUGH = 2e-3, 0.1


@dataclass(frozen=True)
class Rows:
    """Features: sparse n-grams beside dense columns; one dense column is the constant."""

    grams: Any
    dense: np.ndarray

    def __getitem__(self, chosen: np.ndarray) -> Rows:
        return Rows(self.grams[chosen], self.dense[chosen])

    @cached_property
    def _across(self) -> Any:
        """The transpose, row by row: three times as fast as scipy's own view of it."""
        return self.grams.T.tocsr()

    @property
    def width(self) -> int:
        """Number of columns, sparse and dense."""
        return int(self.grams.shape[1] + self.dense.shape[1])

    def times(self, weights: np.ndarray) -> np.ndarray:
        """(rows, labels) from (columns, labels)."""
        at = self.grams.shape[1]
        result: np.ndarray = self.grams @ weights[:at] + self.dense @ weights[at:]
        return result

    def back(self, values: np.ndarray) -> np.ndarray:
        """(columns, labels) from (rows, labels): the transpose's product."""
        return np.vstack([self._across @ values, self.dense.T @ values])


def fit(rows: Rows, truth: np.ndarray, inverse_penalty: float) -> np.ndarray:
    """(columns, labels): for each label the minimum of ½|w|² + C·Σ loss, presence weighing as much as absence.

    `truth`: (rows, labels) of 0/1; every label needs rows of both kinds.
    """
    costs = inverse_penalty * _balanced(truth)
    weights, scores = np.zeros((rows.width, truth.shape[1])), np.zeros(truth.shape)
    active, first = np.arange(truth.shape[1]), np.zeros(truth.shape[1])
    for number in range(_NEWTON_STEPS):
        chances = 1 / (1 + np.exp(-scores[:, active]))
        slope = weights[:, active] - rows.back(costs[:, active] * (truth[:, active] - chances))
        size = np.linalg.norm(slope, axis=0)
        if number == 0:
            first = size
        going = size > _ENOUGH * first[active]
        active, slope, chances = active[going], slope[:, going], chances[:, going]
        if not len(active):
            break
        step = _newton_step(rows, slope, costs[:, active] * chances * (1 - chances))
        moved = rows.times(step)
        at = np.ix_(range(len(truth)), active)
        length = _length(weights[:, active], step, scores[at], moved, costs[at], truth[at])
        weights[:, active] += length * step
        scores[:, active] += length * moved
    return weights


def _balanced(truth: np.ndarray) -> np.ndarray:
    """Weight of each row for each label: rows / (2 · rows of its kind)."""
    share = np.asarray(truth.mean(axis=0))
    return np.asarray(np.where(truth == 1, 0.5 / share, 0.5 / (1 - share)))


def _newton_step(rows: Rows, slope: np.ndarray, curvature: np.ndarray) -> np.ndarray:
    """Solve (1 + Xᵀ·S·X) step = −slope for every label, S the curvature, by conjugate gradients."""
    step, rest = np.zeros_like(slope), -slope
    direction, size = rest.copy(), (rest**2).sum(axis=0)
    enough = _CG_ENOUGH**2 * size
    for _ in range(_CG_STEPS):
        going = size > enough
        if not going.any():
            break
        image = direction + rows.back(curvature * rows.times(direction))
        length = np.where(going, size / (direction * image).sum(axis=0), 0.0)
        step += length * direction
        rest -= length * image
        new = (rest**2).sum(axis=0)
        direction = rest + new / size * direction
        size = new
    return step


def _length(
    weights: np.ndarray, step: np.ndarray, scores: np.ndarray, moved: np.ndarray, costs: np.ndarray, truth: np.ndarray
) -> np.ndarray:
    """Per label the largest of 1, ½, ¼ … by which the objective does not grow."""
    square, cross, step_square = ((a * b).sum(axis=0) for a, b in ((weights, weights), (weights, step), (step, step)))
    start = 0.5 * square + _loss(scores, costs, truth)
    length = np.ones(truth.shape[1])
    for _ in range(_HALVINGS):
        penalty = 0.5 * (square + 2 * length * cross + length**2 * step_square)
        worse = penalty + _loss(scores + length * moved, costs, truth) > start
        if not worse.any():
            break
        length = np.where(worse, length / 2, length)
    return length


def _loss(scores: np.ndarray, costs: np.ndarray, truth: np.ndarray) -> np.ndarray:
    return np.asarray((costs * (np.logaddexp(0, scores) - truth * scores)).sum(axis=0))
