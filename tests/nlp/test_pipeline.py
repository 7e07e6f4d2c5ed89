"""The pipeline as a whole: order, failures, hostile texts, spaCy's view of it, and what importing it costs."""

from __future__ import annotations

import subprocess
import sys
import time

import pytest

from falselight.errors import Halt
from nlp.contract import Failed, Text
from nlp.pipeline import COMPONENTS, MAX_CHARACTERS, Analysis, analyse, pipeline

_HOSTILE = {
    "empty": "",
    "nul": "visa\0guaranteed",
    "surrogate": "visa \ud800 guaranteed \udfff from Belarus to Poland",
    "emoji": "😀" * 10_000,
    "bidi": "\u202e\u2066" * 5_000 + "visa",
    "html": "<div><script>alert(1)</script>visa</div>" * 200,
    "borders": "border open visa Poland Belarus " * 3_000,
    "digits": "1.000.000 " * 9_000,
    "zalgo": "v" + "\u0301\u0316" * 20_000,
}


def test_results_come_in_order_and_one_bad_text_costs_nobody() -> None:
    texts = [Text(id=name, text=text) for name, text in _HOSTILE.items()]
    texts.insert(3, Text(id="too long", text="a " * MAX_CHARACTERS))
    results = list(analyse(texts))
    assert [result.id for result in results] == [text.id for text in texts]
    assert [result.id for result in results if isinstance(result, Failed)] == ["too long"]


@pytest.mark.parametrize("name", sorted(_HOSTILE))
def test_hostile_texts_are_read_within_two_seconds(name: str) -> None:
    pipeline()
    start = time.process_time()
    list(analyse([Text(id=name, text=_HOSTILE[name])]))
    assert time.process_time() - start < 2.0


def test_the_megabyte_is_set_aside_with_a_reason() -> None:
    (result,) = analyse([Text(id="1", text="x" * 1_000_000)])
    assert isinstance(result, Failed)
    assert result.reason == "text-too-long"


def test_a_component_that_fails_gives_failed_for_that_text_only(monkeypatch: pytest.MonkeyPatch) -> None:
    import nlp.components.prices as prices

    real = prices.find_prices

    def find_prices(reading):  # type: ignore[no-untyped-def]
        if "bad" in reading.text:
            raise ValueError("no")
        return real(reading)

    monkeypatch.setattr(prices, "find_prices", find_prices)
    results = list(analyse([Text(id="1", text="good"), Text(id="2", text="bad"), Text(id="3", text="good")]))
    assert [type(result) for result in results] == [Analysis, Failed, Analysis]
    assert isinstance(results[1], Failed)
    assert "falselight_prices" in results[1].detail


def test_a_broken_lexicon_stops_the_stage_and_blames_no_post(monkeypatch: pytest.MonkeyPatch) -> None:
    import nlp.components.prices as prices

    def broken(reading):  # type: ignore[no-untyped-def]
        raise Halt("lures/x.yml")

    monkeypatch.setattr(prices, "find_prices", broken)
    with pytest.raises(Halt):
        list(analyse([Text(id="1", text="good")]))


def test_the_same_text_gives_the_same_whatever_its_neighbours() -> None:
    text = Text(id="x", text="From Belarus to Poland, guaranteed, 2500 euro")
    (alone,) = analyse([text])
    crowd = list(analyse([*(Text(id=str(n), text=f"visa {n} من تركيا") for n in range(300)), text]))
    assert crowd[-1] == alone


def test_hints_reach_the_language() -> None:
    (result,) = analyse([Text(id="1", text="مرز باز است", language_hint="prs")])
    assert isinstance(result, Analysis)
    assert result.language.code == "prs"


def test_spacy_sees_declared_components_and_the_text_as_given() -> None:
    nlp = pipeline()
    assert tuple(nlp.pipe_names) == COMPONENTS
    assert all(nlp.get_pipe_meta(name).assigns for name in COMPONENTS)
    doc = nlp("Vіsа  g a r a n t i e\nمِن تركيا")
    assert doc.text == "Vіsа  g a r a n t i e\nمِن تركيا"
    assert [token.norm_ for token in doc if token.norm_.isalpha()] == ["visa", "garantie", "من", "تركيا"]


def test_importing_the_pipeline_imports_no_spacy() -> None:
    code = "import sys, nlp.pipeline; sys.exit('spacy' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
