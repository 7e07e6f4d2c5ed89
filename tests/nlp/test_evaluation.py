"""Evaluation: figures that can be checked by hand, what was taken for what, and errors that name the line."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from rich.console import Console
from sklearn.metrics import f1_score

from falselight.errors import Halt, Quarantine
from nlp.evaluation import evaluate_file, evaluate_rows, load_cases, render, run_cases
from nlp.evaluation.figures import calibration_error, count, figure, macro_f1, micro_f1
from nlp.heads import load_heads
from nlp.training.corpus import corpus_hash
from tests.nlp.word_tagger import ROWS, WordTagger, as_rows, write

KEYS = [
    "relevant.macro_f1",
    "stance.macro_f1",
    "narratives.micro_f1",
    "lures.micro_f1",
    "corridor.micro_f1",
    "routes.f1",
]


@pytest.fixture
def report(tmp_path: Path) -> dict[str, Any]:
    return evaluate_file(write(tmp_path / "rows.jsonl", ROWS), WordTagger())


def test_the_report_has_the_keys_of_the_command_line_with_intervals_and_n(report: dict[str, Any]) -> None:
    for key in KEYS:
        low, high = report[key]["ci95"]
        assert report[key]["n"] == 4
        assert low is None or low <= report[key]["value"] <= high
    json.dumps(report)


def test_figures_are_those_counted_by_hand(report: dict[str, Any]) -> None:
    assert report["lures.micro_f1"]["value"] == pytest.approx(2 / 3, abs=1e-4)
    assert report["narratives.micro_f1"]["value"] == 0
    assert report["corridor.micro_f1"]["value"] == 1
    assert report["relevant.macro_f1"]["value"] == pytest.approx((4 / 5 + 1) / 2)
    assert report["labels"]["lures"]["visa-offer"] == {
        "precision": 0.5, "recall": 1.0, "f1": 0.6667, "n": 1, "predicted": 2,
    }  # fmt: skip


def test_a_route_counts_whatever_the_order_of_its_transit_countries(report: dict[str, Any]) -> None:
    assert report["routes.f1"]["value"] == 1
    assert report["routes.partial_f1"]["value"] == 1


def test_a_text_that_fails_misses_what_was_wanted(report: dict[str, Any]) -> None:
    assert report["failed"] == 1
    assert report["labels"]["stance"]["asks"]["recall"] == 0
    assert report["labels"]["relevant"]["yes"]["recall"] == pytest.approx(2 / 3, abs=1e-4)


def test_languages_and_groups_are_told_apart(report: dict[str, Any]) -> None:
    assert {name: part["n"] for name, part in report["languages"].items()} == {"en": 2, "de": 2}
    assert set(report["groups"]) == {"ad", "chat"}
    assert report["groups"]["ad"]["lures"]["n"] == 1


def test_lures_are_counted_per_language_and_few_rows_are_marked(report: dict[str, Any]) -> None:
    assert report["lures_by_language"] == {
        "en": {"precision": 0.5, "recall": 1.0, "f1": 0.6667, "n": 1, "enough": False},
    }
    rows = [{**ROWS[0], "text": f"{ROWS[0]['text']} {n}"} for n in range(5)]
    assert evaluate_rows(as_rows(rows), WordTagger())["lures_by_language"]["en"]["enough"]


def test_stance_is_shown_as_wanted_and_given(report: dict[str, Any]) -> None:
    matrix = report["confusion"]["stance"]
    assert matrix["promotes"] == {"promotes": 1, "reports": 0, "counters": 0, "asks": 0, "(failed)": 0}
    assert matrix["asks"]["(failed)"] == 1
    assert sum(sum(cells.values()) for cells in matrix.values()) == report["n"]


def test_what_stood_in_the_place_of_a_missed_label_is_counted() -> None:
    rows = [
        {"text": "visa", "relevant": True, "stance": "promotes", "lures": ["logistics"]},
        {"text": "by foot", "relevant": True, "stance": "promotes", "lures": ["logistics"]},
        {"text": "football", "relevant": True, "stance": "promotes", "lures": ["logistics"]},
        {"text": "broken", "relevant": True, "stance": "promotes", "lures": ["logistics"]},
    ]
    assert evaluate_rows(as_rows(rows), WordTagger())["confusion"]["lures"] == {
        "logistics": {"missed": 4, "instead": {"(failed)": 1, "(not relevant)": 1, "(nothing)": 1, "visa-offer": 1}}
    }


def test_the_report_can_be_read_on_a_terminal(report: dict[str, Any]) -> None:
    console = Console(width=160, record=True, file=open("/dev/null", "w"))  # noqa: SIM115
    console.print(render(report))
    shown = console.export_text()
    assert "lures.micro_f1" in shown
    assert "0.667" in shown
    console.file.close()


def test_f1_agrees_with_scikit_learn() -> None:
    rng = np.random.default_rng(6)
    truth, guess = rng.integers(0, 3, 200), rng.integers(0, 3, 200)
    counts = count([{str(v)} for v in truth], [{str(v)} for v in guess], ("0", "1", "2"))
    assert macro_f1(counts.table.sum(axis=0)) == pytest.approx(f1_score(truth, guess, average="macro"))
    assert micro_f1(counts.table.sum(axis=0)) == pytest.approx(f1_score(truth, guess, average="micro"))


def test_the_interval_repeats_and_narrows_with_more_rows() -> None:
    few = count([{"a"}, set(), {"a"}, {"a"}] * 5, [{"a"}, {"a"}, set(), {"a"}] * 5, ("a",))
    many = count([{"a"}, set(), {"a"}, {"a"}] * 80, [{"a"}, {"a"}, set(), {"a"}] * 80, ("a",))
    assert figure(few, micro_f1) == figure(few, micro_f1)
    widths = [np.subtract(*figure(counts, micro_f1)["ci95"][::-1]) for counts in (few, many)]  # type: ignore[call-overload]
    assert widths[0] > 2 * widths[1]


def test_nothing_to_count_has_no_value() -> None:
    assert figure(count([set()], [set()], ("a",)), micro_f1)["value"] is None


def test_calibration_error_is_the_gap_between_score_and_truth() -> None:
    assert calibration_error([0.75] * 4, [True, True, True, False]) == 0
    assert calibration_error([0.9] * 10, [False] * 10) == pytest.approx(0.9)
    assert calibration_error([], []) is None


def test_an_empty_file_halts(tmp_path: Path) -> None:
    with pytest.raises(Halt, match="no rows"):
        evaluate_file(write(tmp_path / "rows.jsonl", []), WordTagger())


def test_a_bad_row_is_named_with_its_line(tmp_path: Path) -> None:
    path = write(tmp_path / "rows.jsonl", [ROWS[0], {"text": "x"}])
    with pytest.raises(Quarantine, match=r"rows\.jsonl:2"):
        evaluate_file(path, WordTagger())


def test_functional_cases_cover_classes_and_languages() -> None:
    cases = load_cases()
    assert len({case.id for case in cases}) == len(cases)
    assert {case.group for case in cases} >= {
        "negation", "counter-speech", "reported-speech", "question", "hotline", "legal-offer", "tourism", "football",
    }  # fmt: skip
    assert len({case.lang for case in cases}) >= 5


def test_a_case_with_an_unknown_field_halts() -> None:
    with pytest.raises(Halt, match="no_harm"):
        load_cases("- {id: x, class: negation, lang: en, text: x, expect: {no_harm: true}}")


def test_a_case_says_what_it_missed() -> None:
    cases = load_cases("- {id: x, class: hotline, lang: en, text: visa help, expect: {relevant: false, no_lure: true}}")
    summary = run_cases(WordTagger(), cases)
    assert summary.passed == 0
    assert summary.false_alarms == 1
    assert summary.outcomes[0].misses == ("relevant is yes", "has lures ['visa-offer']")


def test_the_shipped_model_was_trained_on_the_corpus_as_it_stands() -> None:
    assert load_heads("use").about["corpus_sha256"] == corpus_hash()
