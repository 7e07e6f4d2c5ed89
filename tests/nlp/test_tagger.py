"""The tagger: order, determinism, reasons, hostile texts; on heads learned in the test, never on the shipped ones."""

from __future__ import annotations

import json
import random
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime

import numpy as np
import pytest

from falselight.errors import Missing
from falselight.tags import Route, tag_from_dict, tag_to_dict
from nlp.contract import Failed, Label, Tagged, Text
from nlp.tagger import LearnedTagger, build_tagger, tagged_to_row, tags_of
from tests.nlp import small_tagger as small
from tests.nlp.small_tagger import LetterEncoder, sentence, small_tagger

AT = datetime(2026, 3, 1, 12, tzinfo=UTC)
VISA, BOAT, NOTHING = (sentence(words, 77) for words in (small.VISA, small.BOAT, small.NOTHING))


@pytest.fixture(scope="module")
def tagger(tmp_path_factory: pytest.TempPathFactory) -> LearnedTagger:
    return small_tagger(tmp_path_factory.mktemp("model"))


def texts_of(*texts: str) -> list[Text]:
    return [Text(id=f"t{n}", text=text) for n, text in enumerate(texts)]


def test_each_text_gets_one_result_in_order_with_its_lure(tagger: LearnedTagger) -> None:
    results = list(tagger.tag(texts_of(VISA, NOTHING, BOAT)))
    assert [result.id for result in results] == ["t0", "t1", "t2"]
    visa, nothing, boat = results
    assert isinstance(visa, Tagged)
    assert isinstance(nothing, Tagged)
    assert isinstance(boat, Tagged)
    assert [label.value for label in visa.lures] == ["visa-offer"]
    assert [label.value for label in boat.lures] == ["transport-offer"]
    assert nothing.relevant.value == "no"


def test_what_is_not_relevant_has_no_narrative_lure_route_or_corridor(tagger: LearnedTagger) -> None:
    for result in tagger.tag(texts_of(*(sentence(small.NOTHING, n) + " Minsk – Berlin" for n in range(20)))):
        assert isinstance(result, Tagged)
        if result.relevant.value == "no":
            assert (result.narratives, result.lures, result.routes, result.corridors) == ((), (), (), ())


def test_every_label_shows_why_and_where_in_the_text_as_given(tagger: LearnedTagger) -> None:
    text = "🔥 " + VISA.upper()
    (result,) = tagger.tag(texts_of(text))
    assert isinstance(result, Tagged)
    for label in (result.relevant, result.stance, *result.lures, *result.narratives):
        assert label.reasons
        assert label.origin == f"model:letters@{label.origin.rpartition('@')[2]}"
        assert 0 <= label.score <= 1
        for reason in label.reasons:
            if reason.kind == "ngrams" and reason.start is not None:
                assert text[reason.start : reason.end] == reason.text


def test_tags_do_not_depend_on_the_company(tagger: LearnedTagger) -> None:
    texts = [Text(id=str(n), text=text) for n, text in enumerate(_many())]
    whole = {result.id: result for result in tagger.tag(texts)}
    shuffled = list(texts)
    random.Random(4).shuffle(shuffled)
    assert {result.id: result for result in tagger.tag(shuffled)} == whole
    assert all(next(iter(tagger.tag([text]))) == whole[text.id] for text in texts[::17])


def _many() -> Iterator[str]:
    chance = random.Random(9)
    words = f"{VISA} {BOAT} {NOTHING} ❤️ مرحبا граница".split()
    return (" ".join(chance.choices(words, k=chance.randint(1, 60))) for _ in range(300))


HOSTILE = {
    "megabyte": "border open " * 90_000,
    "one word of a megabyte": "a" * 1_000_000,
    "nul": "visa\0offer\0" * 50,
    "lone surrogates": "visa \ud800 offer \udfff" * 50,
    "emoji": "😀" * 10_000,
    "directional marks": "\u202e\u2066\u202d" * 5_000 + "visa" + "\u2069" * 5_000,
    "html": "<div onclick='x'><script>alert(1)</script>" * 200 + "&nbsp;" * 500,
    "combining": "a" + "\u0301" * 20_000,
    "empty": "",
    "spaces": " \n\t" * 10_000,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_text_is_tagged_or_refused_in_two_seconds_and_costs_nobody(tagger: LearnedTagger, name: str) -> None:
    before = list(tagger.tag(texts_of(VISA, BOAT)))
    started = time.process_time()
    first, hostile, second = tagger.tag(
        [Text(id="t0", text=VISA), Text(id="hostile", text=HOSTILE[name]), Text(id="t1", text=BOAT)]
    )
    assert time.process_time() - started < 2
    assert [first, second] == before
    assert hostile.id == "hostile"
    if isinstance(hostile, Failed):
        assert hostile.reason
        assert hostile.detail


def test_a_text_without_letters_is_not_relevant_by_rule(tagger: LearnedTagger) -> None:
    (result,) = tagger.tag(texts_of("🙏🙏 123"))
    assert isinstance(result, Tagged)
    assert (result.relevant.value, result.relevant.origin) == ("no", "rule:no-text")


def test_a_text_that_breaks_the_encoder_fails_alone(tagger: LearnedTagger, monkeypatch: pytest.MonkeyPatch) -> None:
    plain = LetterEncoder.encode

    def breaks(self: LetterEncoder, texts: list[str]) -> np.ndarray:
        if any("poison" in text for text in texts):
            raise RuntimeError("cannot read poison")
        return plain(self, texts)

    monkeypatch.setattr(LetterEncoder, "encode", breaks)
    good, bad, other = tagger.tag(texts_of(VISA, "poison here", BOAT))
    assert isinstance(good, Tagged)
    assert isinstance(other, Tagged)
    assert isinstance(bad, Failed)
    assert "cannot read poison" in bad.detail


def test_texts_are_read_as_they_come(tagger: LearnedTagger) -> None:
    taken = 0

    def endless() -> Iterator[Text]:
        nonlocal taken
        while True:
            taken += 1
            yield Text(id=str(taken), text=VISA)

    next(tagger.tag(endless()))
    assert taken <= 512


def test_an_encoder_without_heads_says_how_to_train_them(tagger: LearnedTagger) -> None:
    assert len(tagger.revision) == 12
    with pytest.raises(Missing):
        build_tagger("no-such-encoder")


@pytest.fixture
def routed(tagger: LearnedTagger) -> Tagged:
    (result,) = tagger.tag(texts_of(VISA))
    assert isinstance(result, Tagged)
    label = Label(value="IQ>BY>DE", score=1.0, origin="rule:routes", reasons=result.relevant.reasons)
    route = Route(origin="IQ", transit=("BY",), destination="DE")
    corridor = replace(label, value="eastern-land", origin="rule:corridors")
    return replace(result, routes=((route, label),), corridors=(corridor,))


def test_a_row_has_the_keys_of_the_command_line_and_is_json(routed: Tagged) -> None:
    row = json.loads(json.dumps(tagged_to_row(routed)))
    assert list(row) == [
        "id", "lang", "relevant", "stance", "narratives", "lures", "routes", "corridor", "unsure", "reasons",
    ]  # fmt: skip
    assert row["relevant"] is True
    assert row["routes"] == [{"origin": "IQ", "transit": ["BY"], "destination": "DE"}]
    assert row["corridor"] == ["eastern-land"]
    assert {reason["label"] for reason in row["reasons"]} >= {"relevant:yes", "lure:visa-offer", "route:IQ>BY>DE"}


def test_tags_for_storing_say_what_when_and_by_whom(routed: Tagged) -> None:
    tags = tags_of(routed, "1", AT)
    kinds = {tag.kind: tag for tag in tags}
    assert {"language", "relevant", "stance", "lure", "route", "corridor"} <= set(kinds)
    assert kinds["route"].value == "IQ>BY>DE"
    assert all(tag.at == AT and tag.post_id == "t0" for tag in tags)
    assert all(tag_from_dict(tag_to_dict(tag)) == tag for tag in tags)
    with pytest.raises(ValueError, match="without zone"):
        tags_of(routed, "1", datetime(2026, 3, 1))
