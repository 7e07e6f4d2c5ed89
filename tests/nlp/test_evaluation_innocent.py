"""Innocent texts stay frozen; false alarms are counted and named by id; outside sets are measured, never shown."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from falselight.errors import Halt, Missing
from nlp.evaluation import false_alarms, innocent, render_innocent
from nlp.evaluation.innocent import Innocent, is_frozen, load_innocent
from nlp.evaluation.measure import LABELLED
from nlp.evaluation.outside import HARD_LANGUAGES, alarms, claims, hatecheck, judge, languages
from nlp.evaluation.render import render_outside
from tests.components import need
from tests.nlp.word_tagger import WordTagger

ROWS = (
    Innocent("a", "visa office opens at nine", "en", "legal"),
    Innocent("b", "football", "en", "travel"),
    Innocent("c", "hotline", "de", "help"),
    Innocent("d", "broken", "de", "help"),
)


def test_the_innocent_texts_are_those_that_were_frozen() -> None:
    rows = load_innocent()
    assert is_frozen()
    assert len(rows) == len({row.id for row in rows}) >= 600
    assert len({row.lang for row in rows}) >= 20
    assert {row.group for row in rows} == {"help", "legal", "travel"}


def test_a_changed_file_halts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    changed = tmp_path / innocent.FILE.name
    changed.write_bytes(innocent.FILE.read_bytes() + b"\n")
    monkeypatch.setattr(innocent, "FILE", changed)
    with pytest.raises(Halt, match="frozen"):
        load_innocent()


def test_false_alarms_are_counted_by_language_and_class_and_named_by_id() -> None:
    report = false_alarms(WordTagger(), ROWS)
    assert (report["n"], report["failed"], report["ids"]) == (4, 1, ["a"])
    assert report["any_lure"]["value"] == 0.25
    assert {lang: figure["value"] for lang, figure in report["languages"].items()} == {"de": 0.0, "en": 0.5}
    assert report["worst_language"] == 0.5
    assert report["classes"]["legal"] == {**report["classes"]["legal"], "value": 1.0, "n": 1}


def test_the_report_shows_ids_and_no_text() -> None:
    console = Console(width=140, record=True, file=open("/dev/null", "w"))  # noqa: SIM115
    console.print(render_innocent(false_alarms(WordTagger(), ROWS)))
    shown = console.export_text()
    console.file.close()
    assert "false alarm: a" in shown
    assert "office" not in shown + json.dumps(false_alarms(WordTagger(), ROWS))


def test_our_copy_of_the_labelled_rows_is_that_beside_the_project() -> None:
    folder = need("shared") / "data" / "labelled"
    for name, path in LABELLED.items():
        assert path.read_bytes() == (folder / f"{name}.jsonl").read_bytes()


@pytest.fixture
def judged(tmp_path: Path) -> Any:
    def write(rows: list[dict[str, Any]]) -> Any:
        path = tmp_path / "rows.jsonl"
        path.write_text("".join(json.dumps(row) + "\n" for row in rows))
        return judge(WordTagger(), path)

    return write


def test_a_rebuttal_must_not_promote_and_a_failed_text_is_wrong(judged: Any) -> None:
    rows = [
        {"text": "visa offer", "labels": ["claim", "migration"]},
        {"text": "never said", "labels": ["debunk", "migration"]},
        {"text": "an offer again", "labels": ["debunk"]},
        {"text": "broken", "labels": ["debunk"]},
    ]
    figures = claims(judged(rows))
    assert figures["rebuttal counters or reports"]["value"] == pytest.approx(1 / 3, abs=1e-4)
    assert figures["rebuttal counters or reports, migration"] == {
        **figures["rebuttal counters or reports, migration"], "value": 1.0, "n": 1,
    }  # fmt: skip
    assert figures["claim promotes"]["value"] == 1


def test_lures_are_false_alarms_and_counter_speech_is_asked_for_its_stance(judged: Any) -> None:
    rows = [
        {"text": "visa", "labels": ["hateful", "slur_h"]},
        {"text": "an offer, quoted", "labels": ["non-hateful", "counter_quote_nh"]},
        {"text": "nothing", "labels": ["non-hateful", "counter_ref_nh"]},
        {"text": "broken", "labels": ["non-hateful", "counter_ref_nh"]},
    ]
    figures = hatecheck(judged(rows))
    assert figures["any lure"]["value"] == 0.25
    assert figures["any lure, non-hateful"]["value"] == 0
    assert figures["counter-speech not promotes"]["value"] == pytest.approx(1 / 3, abs=1e-4)
    assert figures["not tagged"]["value"] == 0.25
    assert alarms(judged(rows), lambda _: False, "none")["any narrative, none"]["value"] is None


def test_a_missing_outside_set_names_the_option(tmp_path: Path) -> None:
    with pytest.raises(Missing, match="--data"):
        languages(tmp_path)


def test_languages_of_the_routes_stand_first(tmp_path: Path) -> None:
    rows = [
        ("de", "Die Grenze ist offen"),
        ("so", "Xuduudku waa furan yahay oo basasku way idin sugayaan"),
        ("so", "ok"),
    ]
    (tmp_path / "language_id.jsonl").write_text("".join(json.dumps({"lang": a, "text": b}) + "\n" for a, b in rows))
    figures = languages(tmp_path)
    assert list(figures) == ["accuracy", "so", "de"]
    assert figures["so"]["value"] == 0.5
    assert "so" in HARD_LANGUAGES
    assert render_outside({"language": figures}).row_count == 3
