"""Heads: plain arrays that come back from disk as they were, and answer the same in any company."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from scipy import sparse

from falselight.errors import Missing
from nlp.features import Space, hashed, weigh
from nlp.heads import Heads, load_heads, save_heads

LABELS = ("relevant:yes", "lure:visa-offer", "stance:promotes", "stance:reports", "stance:counters", "stance:asks")


@pytest.fixture
def heads() -> Heads:
    rng = np.random.default_rng(5)
    return Heads(
        labels=LABELS,
        space=Space(np.arange(40, dtype=np.int32), np.ones(40), ("lure:visa-offer", "looks:question")),
        grams=rng.normal(size=(40, 6)).astype(np.float16).astype(float),
        dense=rng.normal(size=(10, 6)).astype(np.float16).astype(float),
        bias=rng.normal(size=6),
        slope=np.full(6, 0.5),
        shift=np.zeros(6),
        threshold=np.full(6, 0.4),
        stance_map=rng.normal(size=(5, 4)),
        stance_favour=np.array([1.0, 1.0, 1.0, 5.0]),
        examples=rng.integers(-127, 127, size=(3, 8)).astype(np.int8),
        example_ids=("a", "b", "c"),
        encoder="tiny",
        revision="",
        about={"rows": 3},
    )


def test_heads_come_back_from_disk_as_they_were(heads: Heads, tmp_path: Path) -> None:
    save_heads(heads, tmp_path)
    back = load_heads("tiny", tmp_path)
    for name in ("grams", "dense", "bias", "threshold", "stance_map", "stance_favour", "examples"):
        assert np.array_equal(getattr(back, name), getattr(heads, name)), name
    assert (back.labels, back.space.found, back.example_ids) == (heads.labels, heads.space.found, heads.example_ids)
    assert back.about["rows"] == 3
    assert len(back.revision) == 12


def test_the_same_heads_give_the_same_file(heads: Heads, tmp_path: Path) -> None:
    first = save_heads(heads, tmp_path).read_bytes()
    assert save_heads(heads, tmp_path).read_bytes() == first


def test_heads_that_nobody_trained_are_missing(tmp_path: Path) -> None:
    with pytest.raises(Missing, match=r"python -m nlp\.training\.train"):
        load_heads("unheard-of", tmp_path)


def test_probabilities_lie_between_0_and_1_and_stances_sum_to_1(heads: Heads) -> None:
    chances = heads.probabilities(np.random.default_rng(1).normal(size=(20, 6)) * 1000)
    assert ((chances >= 0) & (chances <= 1)).all()
    assert np.allclose(chances[:, -4:].sum(axis=1), 1)


def test_a_rare_stance_is_favoured(heads: Heads) -> None:
    assert heads.stance_of(np.array([0.9, 0.1, 0.5, 0.2, 0.1, 0.2])) == 3


def test_scores_are_the_same_to_the_last_bit_in_any_company(heads: Heads) -> None:
    rng = np.random.default_rng(2)
    grams = sparse.random(50, 40, density=0.3, random_state=3, format="csr")
    dense = rng.normal(size=(50, 10))
    whole, order = heads.scores(grams, dense), rng.permutation(50)
    assert np.array_equal(heads.scores(grams[order], dense[order]), whole[order])
    assert np.array_equal(np.vstack([heads.scores(grams[at], dense[[at]]) for at in range(50)]), whole)


def test_features_are_of_unit_length_and_repeat() -> None:
    counts = hashed(["visa visa now", "", "حدود باز است"])
    assert counts.shape == (3, 1 << 17)
    length = np.sqrt(weigh(counts, np.ones(1 << 17)).multiply(weigh(counts, np.ones(1 << 17))).sum(axis=1))
    assert np.allclose(np.asarray(length).ravel(), [1, 0, 1])
    assert (hashed(["visa visa now"]) != counts[0]).nnz == 0
