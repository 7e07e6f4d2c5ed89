"""The gate: the shipped tagger keeps its floors on a fast subset, and the model card is in step with its figures."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import pytest

from falselight.errors import Halt, Missing
from falselight.settings import Settings
from nlp.evaluation import card
from nlp.evaluation.gate import breaches, flat, load_bounds
from nlp.evaluation.measure import LABELLED, comparison, labelled_rows, measure, part, read_figures, write_figures
from nlp.tagger import build_tagger
from tests.nlp.word_tagger import WordTagger


@pytest.fixture(scope="module")
def figures() -> dict[str, Any]:
    """Figures of a tagger by words, on the fast subset."""
    return {"tagger": "words", **measure(WordTagger(), fast=True), "comparison": comparison(lambda _: WordTagger())}


@pytest.mark.slow
def test_the_shipped_tagger_keeps_its_floors_on_the_fast_subset() -> None:
    tagger = build_tagger(Settings(_env_file=None).encoder)
    assert list(breaches(measure(tagger, fast=True), load_bounds(), fast=True)) == []


def test_the_figures_kept_are_within_the_gate() -> None:
    assert list(breaches(read_figures(), load_bounds())) == []


def test_the_card_is_in_step_with_the_figures() -> None:
    assert card.main(["--check"]) == 0


def test_every_bound_names_a_figure_that_is_measured(figures: dict[str, Any]) -> None:
    outside = {("outside", "")}
    named = {(bound.set, bound.figure) for bound in load_bounds() if bound.set != "outside"}
    assert named <= set(flat(figures)) | outside


def test_a_figure_below_its_floor_or_above_its_ceiling_is_named(figures: dict[str, Any]) -> None:
    bounds = load_bounds("press: {failed: {at_most: 0.0}, lures.micro_f1: {at_least: 1.0, fast: 0.0}}")
    worse = copy.deepcopy(figures)
    worse["press"]["failed"] = 6
    assert [one.rpartition(":")[0] for one in breaches(worse, bounds)] == ["press: failed", "press: lures.micro_f1"]
    assert list(breaches(worse, bounds, fast=True)) == []


def test_a_figure_that_nobody_measures_is_a_breach_but_absent_outside_sets_are_not(figures: dict[str, Any]) -> None:
    bounds = load_bounds('{press: {typo: {at_least: 0.1}}, outside: {"language: so": {at_least: 0.9}}}')
    assert [one.partition(": was")[0] for one in breaches(figures, bounds)] == ["press: typo"]


@pytest.mark.parametrize(
    "text", ["moon: {a: {at_least: 0.1}}", "press: {a: {fast: 0.1}}", "press: {a: {at_least: 2}}", "press: ["]
)
def test_a_bound_that_cannot_be_understood_halts(text: str) -> None:
    with pytest.raises(Halt, match=r"floors\.yml"):
        load_bounds(text)


def test_a_fast_subset_has_its_share_of_every_stratum_and_is_the_same_each_time() -> None:
    rows = ["a"] * 200 + ["b"] * 100
    chosen = part(rows, str, fast=True)
    assert (chosen.count("a"), chosen.count("b")) == (40, 20)
    assert part(rows, str, fast=False) is rows
    for name in LABELLED:
        assert labelled_rows(name, fast=True) == labelled_rows(name, fast=True)
        assert {row.stance for row in labelled_rows(name, fast=True)} == {"promotes", "reports", "counters", "asks"}


def test_figures_are_kept_and_read_again(tmp_path: Path, figures: dict[str, Any]) -> None:
    path = tmp_path / "figures.json"
    with pytest.raises(Missing, match=r"bench/quality\.py"):
        read_figures(path)
    write_figures(figures, path)
    assert flat(read_figures(path)) == flat(figures)


def test_the_card_says_what_for_what_not_for_and_every_headline_figure(figures: dict[str, Any]) -> None:
    page = card.render(figures, "# Datasheet\n\n**What.** Eleven rows\nin all.\n\n**Why.** x\n")
    for wanted in ("Intended use", "No decisions on persons", "No border decisions", "Eleven rows in all", "EUPL-1.2"):
        assert wanted in page
    assert page.count("`lures.micro_f1`") == 3
    assert json.dumps(figures["press"]["lures.micro_f1"]["value"]).rstrip("0")[:4] in page


def test_a_card_out_of_step_is_reported(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(card, "PAGE", tmp_path / "model-card.md")
    assert card.main(["--check"]) == 1
    assert card.main([]) == 0
    assert card.main(["--check"]) == 0
