"""Weights of routes: learned from labelled rows, the same every time, read back as written; five countries at most."""

from __future__ import annotations

from itertools import combinations
from pathlib import Path

import numpy as np
import pytest

from falselight.errors import Missing
from falselight.tags import Route
from nlp.components.parts import PARTS, likeliest, load_weights, save_weights, scores_of, ways_of
from nlp.training.field import Example, fit
from nlp.training.routes import Read, guess, read_row
from nlp.training.rows import Row


def _row(number: int, text: str, *routes: Route, name: str = "w1") -> Row:
    return Row(id=f"{name}-{number:04}", text=text, lang="en", relevant=True, stance="reports", routes=routes)


@pytest.fixture(scope="module")
def read() -> list[Read]:
    """Borders that are crossed and borders that are talked about."""
    ways = [("Belarus", "BY", "Poland", "PL"), ("Turkey", "TR", "Greece", "GR"), ("Libya", "LY", "Italy", "IT")]
    rows = []
    for number, (one, left, other, reached) in enumerate(ways * 4):
        route = Route(transit=(left,), destination=reached)
        rows.append(_row(2 * number, f"They walked from {one} to {other} on night {number}", route))
        rows.append(_row(2 * number + 1, f"Minister number {number} of {other} spoke about {one} in parliament"))
    return [read_row(row) for row in rows]


def _examples(read: list[Read]) -> list[Example]:
    return [one.example for one in read if one.example is not None]


def test_a_crossing_is_told_from_a_speech(read: list[Read]) -> None:
    weights = fit(_examples(read))
    crossing, speech = (
        guess(read_row(_row(99, text)), weights)
        for text in ("They walked from Belarus to Poland at last", "A minister of Poland spoke about Belarus")
    )
    assert [str(route) for route in crossing[1]] == [">BY>PL"]
    assert crossing[0] > 0.5 > speech[0]


def test_learning_repeats_to_the_last_bit(read: list[Read], tmp_path: Path) -> None:
    for name in ("one.npz", "other.npz"):
        save_weights(fit(_examples(read)), tmp_path / name)
    assert (tmp_path / "one.npz").read_bytes() == (tmp_path / "other.npz").read_bytes()


def test_weights_are_read_back_as_they_were_saved(read: list[Read], tmp_path: Path) -> None:
    weights = fit(_examples(read))
    save_weights(weights, tmp_path / "routes.npz")
    again = load_weights(tmp_path / "routes.npz")
    assert again.country.keys() == weights.country.keys()
    assert again.threshold == weights.threshold
    np.testing.assert_allclose(list(again.pair.values()), list(weights.pair.values()), atol=1e-3)


def test_missing_weights_say_how_to_make_them(tmp_path: Path) -> None:
    with pytest.raises(Missing, match=r"nlp\.training\.routes"):
        load_weights(tmp_path / "none.npz")


def test_loosely_labelled_rows_do_not_decide_the_strict_reading(read: list[Read]) -> None:
    texts = [f"Syrian group {number} went from Turkey to Greece" for number in range(12)]
    strict, loose = Route(transit=("TR",), destination="GR"), Route(origin="SY", transit=("TR",), destination="GR")
    more = [read_row(_row(200 + at, text, strict)) for at, text in enumerate(texts)]
    more += [read_row(_row(at, text, loose, name="t-we")) for at, text in enumerate(texts)]
    asked = read_row(_row(999, "A Syrian family went from Turkey to Greece"))
    found = [guess(asked, fit(_examples([*read, *more]), loose=chosen))[1] for chosen in (False, True)]
    assert [str(routes[0]) for routes in found] == [">TR>GR", "SY>TR>GR"]


def test_a_labelled_country_that_the_text_does_not_name_is_left_out() -> None:
    row = read_row(_row(1, "A boat left for Lampedusa", Route(transit=("LY",), destination="IT")))
    assert row.example is not None
    assert PARTS[ways_of(1).parts[row.example.way][0]] == "destination"


@pytest.mark.parametrize("n", range(1, 6))
def test_nobody_only_leaves(n: int) -> None:
    ways = ways_of(n)
    for parts, moves in zip(ways.parts, ways.moves, strict=True):
        assert bool({1, 2} & set(parts)) == bool(moves)
        assert moves or set(parts) == {3}


def test_without_weights_nothing_is_likely(read: list[Read]) -> None:
    one = read[0]
    assert one.example is not None
    assert len(one.example.pairs) == len(list(combinations(one.named, 2)))
    empty = fit(_examples(read)[:1])
    chance, _ = likeliest(scores_of(one.example.tables(), empty, ways_of(len(one.named))), ways_of(len(one.named)))
    assert 0 < chance < 1
