"""Taggers side by side, the tagger of phrases alone, and the command line around both."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from rich.console import Console
from typer.testing import CliRunner

from falselight.cli import app
from falselight.errors import Halt, Missing
from nlp.contract import Failed, Tagged, Tagger, Text
from nlp.evaluation import compare, render_comparison
from nlp.evaluation.figures import count, difference, micro_f1, share
from nlp.tagger import build_tagger
from nlp.tagger.lexicon_only import LexiconTagger
from tests.nlp.word_tagger import ROWS, WordTagger, as_rows, write


class SilentTagger(WordTagger):
    """Finds football everywhere, so that nothing is relevant."""

    revision = "silent"

    def _tagged(self, text: Text) -> Tagged:
        return super()._tagged(Text(id=text.id, text="football"))


def build(name: str) -> Tagger:
    if name == "absent":
        raise Missing("absent is not installed")
    return {"words": WordTagger, "silent": SilentTagger}[name]()


def test_differences_are_to_the_first_tagger_and_paired() -> None:
    report = compare(as_rows(ROWS * 5), ["words", "silent"], build)
    assert list(report["taggers"]) == ["words", "silent"]
    assert report["taggers"]["silent"]["lures.micro_f1"]["value"] == 0
    gap = report["differences"]["silent"]["lures.micro_f1"]
    assert gap["value"] == pytest.approx(-2 / 3, abs=1e-4)
    assert gap["ci95"][0] <= gap["value"] <= gap["ci95"][1] < 0
    json.dumps(report)


def test_equal_taggers_differ_by_nothing_in_every_draw() -> None:
    counts = count([{"a"}, set(), {"a"}] * 9, [{"a"}, {"a"}, set()] * 9, ("a",))
    assert difference(counts, counts, micro_f1) == {"value": 0.0, "ci95": [0.0, 0.0], "n": 27}
    with pytest.raises(ValueError, match="same rows"):
        difference(counts, counts.rows(np.arange(3)), micro_f1)


def test_a_tagger_that_is_not_installed_stops_the_comparison_unless_it_may_be_left_out() -> None:
    with pytest.raises(Missing, match="absent"):
        compare(as_rows(ROWS), ["words", "absent"], build)
    assert list(compare(as_rows(ROWS), ["absent", "words"], build, skip_missing=True)["taggers"]) == ["words"]
    with pytest.raises(Halt, match="no tagger"):
        compare(as_rows(ROWS), [], build)


def test_a_comparison_can_be_read_on_a_terminal() -> None:
    console = Console(width=160, record=True, file=open("/dev/null", "w"))  # noqa: SIM115
    console.print(render_comparison(compare(as_rows(ROWS), ["words", "silent"], build)))
    assert "difference to words" in console.export_text()
    console.file.close()


def test_shares_near_zero_keep_an_honest_interval() -> None:
    assert share(0, 665) == {"value": 0.0, "ci95": [0.0, pytest.approx(0.0057, abs=1e-4)], "n": 665}
    assert share(5, 10)["ci95"] == [pytest.approx(0.2366, abs=1e-4), pytest.approx(0.7634, abs=1e-4)]
    assert share(0, 0)["value"] is None


def test_phrases_alone_give_labels_with_their_phrases_as_reasons() -> None:
    (tagged,) = LexiconTagger().tag([Text(id="1", text="Guaranteed visa and border crossing from Belarus to Poland")])
    assert isinstance(tagged, Tagged)
    assert tagged.relevant.value == "yes"
    assert tagged.lures
    reasons = [reason for label in (tagged.relevant, *tagged.lures) for reason in label.reasons]
    assert all(reason.kind == "phrase" and reason.start is not None for reason in reasons)


@pytest.mark.parametrize("text", ["", "🙂", "The match begins at eight, tickets at the stadium"])
def test_without_a_phrase_nothing_is_relevant_and_the_reason_says_so(text: str) -> None:
    (tagged,) = LexiconTagger().tag([Text(id="1", text=text)])
    assert isinstance(tagged, Tagged)
    assert (tagged.relevant.value, tagged.stance.value) == ("no", "reports")
    assert tagged.relevant.reasons
    assert tagged.stance.reasons
    assert (tagged.lures, tagged.narratives, tagged.routes) == ((), (), ())


def test_phrases_alone_keep_order_and_fail_one_by_one() -> None:
    texts = [Text(id="a", text="visa"), Text(id="b", text="a " * 60_000), Text(id="c", text="visa")]
    results = list(LexiconTagger().tag(texts))
    assert [result.id for result in results] == ["a", "b", "c"]
    assert isinstance(results[1], Failed)


def test_the_lexicon_is_a_tagger_by_name() -> None:
    assert build_tagger("lexicon").revision == LexiconTagger().revision


def run(*arguments: str) -> Any:
    return CliRunner().invoke(app, ["evaluate", *arguments])


def test_the_command_compares_the_taggers_that_are_named(tmp_path: Path) -> None:
    done = run(str(write(tmp_path / "rows.jsonl", ROWS)), "--compare", "--taggers", "lexicon", "--json")
    assert done.exit_code == 0, done.output
    assert list(json.loads(done.stdout)["taggers"]) == ["lexicon"]


def test_the_command_wants_a_file_or_the_innocent_texts(tmp_path: Path) -> None:
    rows = str(write(tmp_path / "rows.jsonl", ROWS))
    for wrong in ([], [rows, "--innocent"], ["--innocent", "--compare"]):
        assert run(*wrong).exit_code == 2, wrong
