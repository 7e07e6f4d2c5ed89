"""Evaluation: figures that can be checked by hand, errors that name the line, and the gate on the shipped model."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from rich.console import Console
from sklearn.metrics import f1_score

from falselight.errors import Halt, Quarantine
from falselight.tags import Reason, Route
from nlp.contract import Failed, Label, Tagged, Text
from nlp.evaluation import evaluate_file, load_cases, render, run_cases
from nlp.evaluation.figures import calibration_error, count, figure, macro_f1, micro_f1
from nlp.heads import load_heads
from nlp.tagger import build_tagger
from nlp.training.corpus import corpus_hash

KEYS = [
    "relevant.macro_f1",
    "stance.macro_f1",
    "narratives.micro_f1",
    "lures.micro_f1",
    "corridor.micro_f1",
    "routes.f1",
]
ROWS: list[dict[str, Any]] = [
    {"text": "visa offer", "relevant": True, "stance": "promotes", "lures": ["visa-offer"], "lang": "en", "style": "ad"},
    {"text": "visa to PL", "relevant": True, "stance": "reports", "lures": [], "lang": "en", "style": "ad",
     "routes": [{"transit": ["BY", "LT"], "destination": "PL"}], "corridor": ["eastern-land"]},
    {"text": "football", "relevant": False, "stance": "reports", "lang": "de", "style": "chat"},
    {"text": "broken", "relevant": True, "stance": "asks", "lang": "de", "style": "chat", "narratives": ["invasion"]},
]  # fmt: skip


class WordTagger:
    """Tags by the words in the text, so that the right figures are known."""

    revision = "words"

    def tag(self, texts: Iterable[Text]) -> Iterator[Tagged | Failed]:
        for text in texts:
            if "broken" in text.text:
                yield Failed(id=text.id, reason="broken", detail="as asked")
            else:
                yield self._tagged(text)

    def _tagged(self, text: Text) -> Tagged:
        route = Route(transit=("LT", "BY"), destination="PL")
        return Tagged(
            id=text.id,
            language="en",
            script="Latn",
            language_score=1.0,
            normalised=text.text,
            relevant=label("no" if "football" in text.text else "yes"),
            stance=label("promotes" if "offer" in text.text else "reports"),
            lures=(label("visa-offer"),) if "visa" in text.text else (),
            routes=((route, label(str(route))),) if "PL" in text.text else (),
            corridors=(label("eastern-land"),) if "PL" in text.text else (),
        )


def label(value: str) -> Label:
    return Label(value=value, score=0.75, origin="test", reasons=(Reason(kind="rule", text="test"),))


def write(path: Path, rows: list[dict[str, Any]]) -> Path:
    path.write_text("".join(json.dumps({"id": str(n), **row}) + "\n" for n, row in enumerate(rows)))
    return path


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


# The gate: the shipped model, on sentences beyond dispute. Floors stand a little below what was measured when the model
# was frozen; raise them with the model, never lower them to pass.
PASSED_FLOOR, FALSE_ALARM_CEILING = 0.78, 0.05


@pytest.mark.slow
def test_the_shipped_model_passes_the_functional_tests() -> None:
    summary = run_cases(build_tagger("use"), load_cases())
    missed = "\n".join(f"{o.case.id}: {'; '.join(o.misses)}" for o in summary.outcomes if o.misses)
    assert summary.passed >= PASSED_FLOOR, missed
    assert summary.false_alarms <= FALSE_ALARM_CEILING, missed


def test_the_shipped_model_was_trained_on_the_corpus_as_it_stands() -> None:
    assert load_heads("use").about["corpus_sha256"] == corpus_hash()
