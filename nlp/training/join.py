"""Join heads, transformer and lexicons: `python -m nlp.training.join`. Learns on the rows that were kept aside."""

from __future__ import annotations

import sys
from collections.abc import Sequence

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedKFold

from nlp.encoders import load_encoder
from nlp.encoders.transformer import Transformer
from nlp.features import found_in
from nlp.heads import load_heads
from nlp.joined import GROUPS, Joined, features, save_joined
from nlp.labels import BINARY, LABELS
from nlp.pipeline import Analysis
from nlp.training import learn
from nlp.training.corpus import corpus_rows
from nlp.training.held import held
from nlp.training.rows import Row
from nlp.training.train import read_corpus

# A label's model reads its own scores, those of relevance and the lexicons' hits of its own kind: six numbers, hardly
# held back. With all hundred features it learns from a thousand rows what does not hold (out of fold, second pass of the
# transformer: narratives .657 and lures .647 at the best penalty, against .707 and .692).
_C = 1.0
_FOLDS, _SEED = 5, 0
# Downwards: of equals the strictest is taken.
_THRESHOLDS = np.round(np.arange(0.80, 0.099, -0.01), 2)
# How much the rows of all languages say about a group's threshold beside its own.
_OTHERS_WEIGH = 0.5
_DOUBT = 0.6
# Of the relevant rows, how many the cascade may settle wrongly.
_SETTLED_WRONGLY = 0.003
# Of the rows that are not relevant (help, legal ways, travel, ordinary life), how many may be given a lure. At .01 a plain
# advert (`visa guaranteed, our driver takes you from Minsk to Germany`) was left to a person.
_FALSE_ALARMS = 0.015
_LURE_FROM = np.round(np.arange(0.30, 0.991, 0.02), 2)


def main() -> None:
    """Learn, save, print the figures out of fold."""
    rows = [row for row in corpus_rows() if held(row)]
    joined = join(rows, read_corpus(rows))
    save_joined(joined)
    for name, value in joined.about["out_of_fold"].items():
        sys.stdout.write(f"  {name} {value}\n")


def join(rows: Sequence[Row], analyses: Sequence[Analysis]) -> Joined:
    """Everything that is learned. `rows`: none of them taught to the heads of `use` or to the transformer."""
    encoder, heads = load_encoder("use"), load_heads("use")
    vectors = encoder.encode([row.text for row in rows])
    grams = heads.space.grams(analyses)
    scores = heads.scores(grams.rows, heads.space.dense(analyses, vectors))
    found = [found_in(analysis) for analysis in analyses]
    table = features(scores, Transformer().read([row.text for row in rows]), found, heads.space.found)
    targets = learn.targets_of(rows)
    known = np.array([analysis.language.code in encoder.languages for analysis in analyses])
    return learned(
        table,
        targets,
        known,
        heads.space.found,
        encoder.languages,
        heads.probabilities(scores)[:, 0],
        heads.threshold[0],
    )


def learned(
    table: np.ndarray,
    targets: learn.Targets,
    known: np.ndarray,
    found: tuple[str, ...],
    languages: frozenset[str],
    relevant: np.ndarray,
    relevant_from: float,
) -> Joined:
    """From features (rows, features) to the model. `relevant`: what the heads alone say, and from where on they mean it."""
    mean, spread = table.mean(axis=0), np.maximum(table.std(axis=0), 1e-6)
    scaled = (table - mean) / spread
    chances = _out_of_fold(scaled, targets, found)
    groups = np.where(known, 0, 1)
    gates = np.array([_gate(chances, targets)] * len(GROUPS))
    threshold = np.column_stack([gates, _thresholds(chances, targets, groups, gates)])
    favour = learn.stance_favour(chances[:, len(BINARY) :], targets)
    weights, bias = _fit(scaled, targets, found)
    hit = np.array([name.startswith(("any:lure", "any:narrative")) for name in found])
    calm = np.asarray(~(table[:, -len(found) :][:, hit] > 0).any(axis=1))
    below = min(_settled(relevant, targets.binary[:, 0] == 1, calm), float(relevant_from))
    lure_from = _lure_from(chances, threshold[groups], targets)
    figures = _figures(chances, threshold[groups], favour, lure_from, targets)
    about = {"rows": len(table), "out_of_fold": figures, "settled": round(float(((relevant < below) & calm).mean()), 4)}
    return Joined(
        found=found, mean=mean, spread=spread, weights=weights, bias=bias, threshold=threshold, doubt=threshold * _DOUBT,
        stance_favour=favour, settled_below=below, lure_from=lure_from, known=languages, revision="", about=about,
    )  # fmt: skip


def _fit(scaled: np.ndarray, targets: learn.Targets, found: tuple[str, ...]) -> tuple[np.ndarray, np.ndarray]:
    """(features, labels) and (labels,)."""
    weights, bias = np.zeros((scaled.shape[1], len(LABELS))), np.zeros(len(LABELS))
    for at, label in enumerate(BINARY):
        read = columns_of(label, found)
        head = LogisticRegression(C=_C, max_iter=2000).fit(scaled[:, read], targets.binary[:, at])
        weights[read, at], bias[at] = head.coef_[0], head.intercept_[0]
    read = _stance_columns()
    stance = LogisticRegression(C=_C, max_iter=2000).fit(scaled[:, read], targets.stance)
    weights[np.ix_(read, range(len(BINARY), len(LABELS)))], bias[len(BINARY) :] = stance.coef_.T, stance.intercept_
    return weights, bias


def columns_of(label: str, found: Sequence[str]) -> list[int]:
    """Which features a label's model reads: see nlp.joined.features for their order."""
    at, n = LABELS.index(label), len(LABELS)
    hits = (
        {label, f"any:{label.partition(':')[0]}"}
        if at
        else {"any:topic", *(n for n in found if n.startswith("topic:"))}
    )
    return sorted({at, 0, n + at, n, *(2 * n + place for place, name in enumerate(found) if name in hits)})


def _stance_columns() -> list[int]:
    n = len(LABELS)
    stances = range(len(BINARY), n)
    return [0, *stances, n, *(n + at for at in stances)]


def _out_of_fold(scaled: np.ndarray, targets: learn.Targets, found: tuple[str, ...]) -> np.ndarray:
    """Probabilities (rows, labels) of every row from a model that did not see it."""
    chances = np.zeros((len(scaled), len(LABELS)))
    folds = StratifiedKFold(_FOLDS, shuffle=True, random_state=_SEED)
    for seen, unseen in folds.split(scaled, targets.stance * 2 + targets.binary[:, 0]):
        part = learn.Targets(targets.names, targets.binary[seen], targets.stance[seen])
        weights, bias = _fit(scaled[seen], part, found)
        logits = scaled[unseen] @ weights + bias
        chances[unseen] = 1 / (1 + np.exp(-logits))
        powers = np.exp(logits[:, len(BINARY) :])
        chances[unseen, len(BINARY) :] = powers / powers.sum(axis=1, keepdims=True)
    return chances


def _gate(chances: np.ndarray, targets: learn.Targets) -> float:
    truth = targets.binary[:, 0]
    return float(max(_THRESHOLDS, key=lambda t: learn.macro(truth, (chances[:, 0] >= t).astype(int), 2)))


def _thresholds(chances: np.ndarray, targets: learn.Targets, groups: np.ndarray, gates: np.ndarray) -> np.ndarray:
    """(groups, binary labels less relevance): best F1 in the group, the other languages counting half."""
    open_gate = chances[:, 0] >= gates[groups]
    result = np.zeros((len(GROUPS), len(BINARY) - 1))
    for group in range(len(GROUPS)):
        weight = np.where(groups == group, 1.0, _OTHERS_WEIGH)
        for at in range(1, len(BINARY)):
            truth, chance = targets.binary[:, at] == 1, np.where(open_gate, chances[:, at], 0.0)
            result[group, at - 1] = max(_THRESHOLDS, key=lambda t: _weighed_f1(truth, chance >= t, weight))
    return result


def _weighed_f1(truth: np.ndarray, guess: np.ndarray, weight: np.ndarray) -> float:
    both = float(weight[truth & guess].sum())
    return 2 * both / max(1.0, float(weight[truth].sum() + weight[guess].sum()))


def _settled(relevant: np.ndarray, truth: np.ndarray, calm: np.ndarray) -> float:
    """The highest probability of relevance below which at most three in a thousand relevant rows lie."""
    allowed = int(_SETTLED_WRONGLY * truth.sum())
    at_risk = np.sort(relevant[truth & calm])
    return float(round(min(0.5, at_risk[allowed]) if len(at_risk) > allowed else 0.5, 3))


def _lure_from(chances: np.ndarray, limits: np.ndarray, targets: learn.Targets) -> float:
    """The lowest chance of relevance from which on lures may be given so that few irrelevant rows get any."""
    irrelevant = targets.binary[:, 0] == 0
    lures = [at for at, name in enumerate(BINARY) if name.startswith("lure:")]
    any_lure = (chances[:, lures] >= limits[:, lures]).any(axis=1)
    for least in _LURE_FROM:
        if (any_lure & (chances[:, 0] >= least))[irrelevant].mean() <= _FALSE_ALARMS:
            return float(least)
    return float(_LURE_FROM[-1])


def _figures(
    chances: np.ndarray, limits: np.ndarray, favour: np.ndarray, lure_from: float, targets: learn.Targets
) -> dict[str, float]:
    """As in learn.cross_validated, with a row of limits per row."""
    shifted = chances.copy()
    lures = [at for at, name in enumerate(BINARY) if name.startswith("lure:")]
    shifted[:, lures] = np.where(chances[:, [0]] < lure_from, -1, shifted[:, lures])
    shifted[:, : len(BINARY)] -= limits
    return learn.cross_validated(shifted, np.zeros(len(BINARY)), favour, targets)


if __name__ == "__main__":
    main()
