"""Learning the heads: logistic regressions, scored out of fold, calibrated, with thresholds; on our corpus only."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedGroupKFold

from nlp.labels import BINARY
from nlp.training.logistic import Rows, fit
from nlp.training.rows import STANCES, Row

# Inverse penalty, chosen out of fold: 1 gives .515 narratives and lures, 3 gives .526 and .518, the rest within .005.
_C = 3.0
_FOLDS = 4
_SEED = 0
# Where few rows decide, the best threshold wanders; inside these bounds it may.
# Downwards: of equals the strictest is taken.
_THRESHOLDS = np.round(np.arange(0.70, 0.149, -0.01), 2)


@dataclass(frozen=True, slots=True)
class Targets:
    """`names`: the binary labels, `relevant:yes` first; `binary` (rows, names) 0/1; `stance` (rows,) index in STANCES."""

    names: tuple[str, ...]
    binary: np.ndarray
    stance: np.ndarray


def targets_of(rows: Sequence[Row], labels: Sequence[str] = BINARY) -> Targets:
    """What shall be said of each row, in the order of nlp.labels."""
    binary = np.array([[carries(row, label) for label in labels] for row in rows], dtype=np.int64)
    return Targets(tuple(labels), binary, np.array([STANCES.index(row.stance) for row in rows]))


def carries(row: Row, label: str) -> bool:
    """Whether the row has the label (`lure:visa-offer`, `relevant:yes`)."""
    kind, _, value = label.partition(":")
    return row.relevant if kind == "relevant" else value in (row.narratives if kind == "narrative" else row.lures)


def learn(features: Rows, targets: Targets) -> np.ndarray:
    """(columns, labels): the weights of all heads, one against the rest, stances last."""
    stances = targets.stance[:, None] == np.arange(len(STANCES))
    return fit(features, np.hstack([targets.binary, stances.astype(np.int64)]), _C)


def out_of_fold(features: Rows, targets: Targets, groups: np.ndarray) -> np.ndarray:
    """Scores (rows, labels) of every row from heads that saw neither it nor its near-duplicates."""
    scores = np.zeros((len(groups), len(targets.names) + len(STANCES)))
    strata = targets.stance * 2 + targets.binary[:, 0]
    folds = StratifiedGroupKFold(_FOLDS, shuffle=True, random_state=_SEED)
    for seen, held in folds.split(scores, strata, groups):
        part = Targets(targets.names, targets.binary[seen], targets.stance[seen])
        scores[held] = features[held].times(learn(features[seen], part))
    return scores


def sigmoids(scores: np.ndarray, targets: Targets) -> tuple[np.ndarray, np.ndarray]:
    """Platt's slope and shift per binary label, from out-of-fold scores (stances: 1 and 0, not used)."""
    slope, shift = np.ones(scores.shape[1]), np.zeros(scores.shape[1])
    for at in range(len(targets.names)):
        sigmoid = LogisticRegression(C=1e6).fit(scores[:, [at]], targets.binary[:, at])
        slope[at], shift[at] = sigmoid.coef_[0, 0], sigmoid.intercept_[0]
    return slope, shift


def stance_map(scores: np.ndarray, targets: Targets) -> np.ndarray:
    """(5, 4): from the four out-of-fold stance scores and a constant to logits of the true shares."""
    head = LogisticRegression(C=1.0, max_iter=1000).fit(scores[:, -len(STANCES) :], targets.stance)
    return np.vstack([head.coef_.T, head.intercept_])


def stance_favour(chances: np.ndarray, targets: Targets) -> np.ndarray:
    """Each stance's factor, share^−α, with the α in 0–1 that gives the best macro F1 out of fold."""
    shares = np.bincount(targets.stance, minlength=len(STANCES)) / len(targets.stance)
    powers = [shares**-alpha for alpha in np.linspace(0, 1, 11)]
    return max(powers, key=lambda favour: macro(targets.stance, (chances * favour).argmax(axis=1), len(STANCES)))


def thresholds(chances: np.ndarray, targets: Targets) -> np.ndarray:
    """Per label, from which probability on it is given: best macro F1 for relevance; then best F1 behind that gate."""
    relevant = targets.binary[:, 0]
    best = [max(_THRESHOLDS, key=lambda t: macro(relevant, (chances[:, 0] >= t).astype(int), 2))]
    gate = chances[:, 0] >= best[0]
    for at in range(1, len(targets.names)):
        truth = targets.binary[:, at]
        best.append(max(_THRESHOLDS, key=lambda t, at=at, truth=truth: _f1(truth == 1, gate & (chances[:, at] >= t))))  # type: ignore[misc]
    return np.array([*best, *[0.0] * len(STANCES)])


def macro(truth: np.ndarray, guess: np.ndarray, classes: int) -> float:
    """Mean F1 of classes 0 to `classes` − 1."""
    return float(np.mean([_f1(truth == c, guess == c) for c in range(classes)]))


def _f1(truth: np.ndarray, guess: np.ndarray) -> float:
    both = int((truth & guess).sum())
    return 2 * both / max(1, int(truth.sum()) + int(guess.sum()))


def cross_validated(chances: np.ndarray, limits: np.ndarray, favour: np.ndarray, targets: Targets) -> dict[str, float]:
    """The figures out of fold (thresholds were chosen on the same rows, so they flatter by about .01)."""
    gate = chances[:, 0] >= limits[0]
    given = (chances[:, : len(targets.names)] >= limits[: len(targets.names)]) & gate[:, None]
    stance = (chances[:, -len(STANCES) :] * favour).argmax(axis=1)
    figures = {
        "relevant.macro_f1": macro(targets.binary[:, 0], gate.astype(int), 2),
        "stance.macro_f1": macro(targets.stance, stance, len(STANCES)),
    }
    for task in ("narrative", "lure"):
        columns = [at for at, name in enumerate(targets.names) if name.startswith(task)]
        figures[f"{task}s.micro_f1"] = _f1(targets.binary[:, columns] == 1, given[:, columns])
    irrelevant = targets.binary[:, 0] == 0
    lures = [at for at, name in enumerate(targets.names) if name.startswith("lure")]
    figures["irrelevant_with_lure"] = float(given[irrelevant][:, lures].any(axis=1).mean())
    return {name: round(value, 4) for name, value in figures.items()}
