"""Learning: decisions come from out-of-fold scores, near-duplicates stay together, and the same corpus repeats."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from scipy import sparse
from sklearn.linear_model import LogisticRegression

from nlp.heads import load_heads
from nlp.training import learn
from nlp.training.examples import chosen_examples
from nlp.training.logistic import CONSTANT, Rows, fit
from nlp.training.rows import STANCES
from nlp.training.train import train
from tests.nlp.small_tagger import LetterEncoder, rows


def make_targets(n: int = 200) -> tuple[Rows, learn.Targets]:
    rng = np.random.default_rng(8)
    binary = (rng.random((n, 2)) < [0.6, 0.3]).astype(int)
    stance = rng.integers(0, 4, n)
    values = np.hstack([binary, np.eye(4)[stance]]) + rng.normal(scale=0.3, size=(n, 6))
    return Rows(sparse.csr_matrix(values), np.full((n, 1), CONSTANT)), learn.Targets(
        ("relevant:yes", "lure:visa-offer"), binary, stance
    )


def test_the_same_rows_give_the_same_file(tmp_path: Path) -> None:
    (tmp_path / "one").mkdir()
    (tmp_path / "two").mkdir()
    one, two = (train(rows(), LetterEncoder(), tmp_path / name) for name in ("one", "two"))
    assert one.read_bytes() == two.read_bytes()
    assert one.with_suffix(".json").read_bytes() == two.with_suffix(".json").read_bytes()


def test_a_label_with_few_rows_gets_no_head(tmp_path: Path) -> None:
    train(rows(), LetterEncoder(), tmp_path)
    labels = load_heads("letters", tmp_path).labels
    assert labels[0] == "relevant:yes"
    assert labels[-4:] == tuple(f"stance:{stance}" for stance in STANCES)
    assert set(labels[1:-4]) == {"narrative:invasion", "lure:visa-offer", "lure:transport-offer"}


def test_all_labels_together_reach_the_optimum_of_one_by_one() -> None:
    rng = np.random.default_rng(0)
    grams = sparse.random(300, 50, density=0.3, random_state=0, format="csr")
    truth = (grams @ rng.normal(size=(50, 3)) + rng.normal(size=(300, 3)) > 0.8).astype(int)
    weights = fit(Rows(grams, np.full((300, 1), CONSTANT)), truth, 3.0)
    for label in range(3):
        one = LogisticRegression(
            C=3.0, class_weight="balanced", solver="liblinear", intercept_scaling=CONSTANT, tol=1e-6
        )
        one.fit(grams, truth[:, label])
        assert np.abs(weights[:-1, label] - one.coef_[0]).max() < 0.02
        assert CONSTANT * weights[-1, label] == pytest.approx(one.intercept_[0], abs=0.02)


def test_scores_out_of_fold_tell_the_labels_apart() -> None:
    features, targets = make_targets()
    scores = learn.out_of_fold(features, targets, np.arange(200))
    assert scores[targets.binary[:, 1] == 1, 1].mean() > 1 > scores[targets.binary[:, 1] == 0, 1].mean()
    assert (scores[:, -4:].argmax(axis=1) == targets.stance).mean() > 0.9


def test_a_group_is_never_learned_from_and_judged_on() -> None:
    features, targets = make_targets()
    noise = learn.Targets(targets.names, np.random.default_rng(1).permutation(targets.binary), targets.stance)
    twins = features[np.tile(np.arange(200), 2)]
    doubled = learn.Targets(noise.names, np.vstack([noise.binary] * 2), np.concatenate([noise.stance] * 2))
    scores = learn.out_of_fold(twins, doubled, np.tile(np.arange(200), 2))
    assert np.allclose(scores[:200], scores[200:])


def test_sigmoids_make_scores_honest() -> None:
    rng = np.random.default_rng(3)
    chance = rng.random(4_000)
    truth = (rng.random(4_000) < chance).astype(int)
    scores = np.column_stack([3 * np.log(chance / (1 - chance)) + 2, *np.zeros((4, 4_000))])
    targets = learn.Targets(("relevant:yes",), truth[:, None], np.zeros(4_000, dtype=int))
    slope, shift = learn.sigmoids(scores, targets)
    honest = 1 / (1 + np.exp(-(slope[0] * scores[:, 0] + shift[0])))
    assert np.abs(honest - chance).mean() < 0.03


def test_thresholds_are_chosen_behind_the_gate_of_relevance() -> None:
    binary = np.array([[1, 1]] * 20 + [[1, 0]] * 20 + [[0, 0]] * 20)
    chances = np.array([[0.9, 0.6]] * 20 + [[0.9, 0.3]] * 20 + [[0.1, 0.9]] * 20)
    targets = learn.Targets(("relevant:yes", "lure:visa-offer"), binary, np.zeros(60, dtype=int))
    limits = learn.thresholds(chances, targets)
    assert 0.1 < limits[0] <= 0.7
    assert 0.3 < limits[1] <= 0.6


def test_examples_are_one_a_group_and_mostly_labelled() -> None:
    several = rows()
    groups = np.arange(len(several)) // 2
    vectors = LetterEncoder().encode([row.text for row in several])
    kept, ids = chosen_examples(several, vectors, groups)
    assert kept.dtype == np.int8
    assert len(kept) == len(ids) == len(several) // 2
    assert np.abs(kept[0] / 127 - vectors[0]).max() < 0.005
