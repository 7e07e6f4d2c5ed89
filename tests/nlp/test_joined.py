"""Joining: what weighs heads, transformer and lexicons; learned on rows kept aside, the same from disk, row by row."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from falselight.errors import Missing
from nlp.joined import Joined, features, load_joined, save_joined
from nlp.labels import BINARY, LABELS
from nlp.training import learn
from nlp.training.corpus import corpus_rows
from nlp.training.held import held
from nlp.training.join import learned

FOUND = ("any:lure", "any:narrative", "looks:question")


def made(n: int = 400, seed: int = 3) -> tuple[np.ndarray, learn.Targets, np.ndarray]:
    """Features where the transformer knows the truth, the heads guess and the lexicons find a third of the lures."""
    rng = np.random.default_rng(seed)
    binary = (rng.random((n, len(BINARY))) < 0.25).astype(int)
    binary[:, 0] = rng.random(n) < 0.7
    stance = rng.integers(0, 4, n)
    truth = np.hstack([binary, np.eye(4)[stance]])
    heads, transformer = rng.normal(size=truth.shape), truth * 4 + rng.normal(scale=0.7, size=truth.shape)
    lure = binary[:, 6:].any(axis=1) & (rng.random(n) < 0.3)
    found = [{"any:lure": int(hit)} for hit in lure]
    return features(heads, transformer, found, FOUND), learn.Targets(BINARY, binary, stance), truth


@pytest.fixture(scope="module")
def joined() -> Joined:
    table, targets, _ = made()
    return learned(
        table, targets, np.arange(len(table)) % 2 == 0, FOUND, frozenset({"en"}), np.full(len(table), 0.5), 0.4
    )


def test_the_better_reader_gets_the_say(joined: Joined) -> None:
    n = len(LABELS)
    own = np.abs(np.diag(joined.weights[:n])), np.abs(np.diag(joined.weights[n : 2 * n]))
    assert (own[1] > own[0]).all()
    assert joined.about["out_of_fold"]["stance.macro_f1"] > 0.9


def test_what_was_learned_holds_for_new_rows(joined: Joined) -> None:
    table, targets, _ = made(seed=4)
    chances = joined.probabilities(table)
    assert ((chances[:, 0] >= joined.threshold[0, 0]) == targets.binary[:, 0]).mean() > 0.9


def test_it_comes_back_from_disk_as_it_was(joined: Joined, tmp_path: Path) -> None:
    save_joined(joined, tmp_path / "joined.npz")
    back = load_joined(tmp_path / "joined.npz")
    for name in ("mean", "spread", "weights", "bias", "threshold", "doubt", "stance_favour"):
        assert np.array_equal(getattr(back, name), getattr(joined, name)), name
    assert (back.found, back.known, back.settled_below) == (joined.found, joined.known, joined.settled_below)
    assert len(back.revision) == 12


def test_probabilities_do_not_depend_on_company_and_stances_sum_to_one(joined: Joined) -> None:
    table, _, _ = made(50, seed=5)
    chances = joined.probabilities(table)
    assert np.array_equal(chances, np.vstack([joined.probabilities(row[None]) for row in table]))
    assert np.allclose(chances[:, len(BINARY) :].sum(axis=1), 1)


def test_nothing_is_settled_that_the_heads_would_call_relevant(joined: Joined) -> None:
    assert joined.settled_below <= 0.4


def test_a_doubtful_label_lies_below_a_given_one(joined: Joined) -> None:
    assert (joined.doubt < joined.threshold).all()


def test_languages_that_the_encoder_does_not_know_have_thresholds_of_their_own(joined: Joined) -> None:
    assert (joined.group("en"), joined.group("ckb")) == (0, 1)


def test_what_nobody_learned_is_missing(tmp_path: Path) -> None:
    with pytest.raises(Missing, match=r"python -m nlp\.training\.join"):
        load_joined(tmp_path / "joined.npz")


def test_about_every_tenth_row_is_kept_aside_in_every_language() -> None:
    rows = corpus_rows()
    aside = [row for row in rows if held(row)]
    assert 0.08 < len(aside) / len(rows) < 0.12
    assert len({row.lang for row in aside}) > 30
