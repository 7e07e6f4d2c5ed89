"""The default tagger: which model said so, what is left to a person, what the cascade spares, the same in any company."""

from __future__ import annotations

import time
from collections.abc import Sequence

import numpy as np
import pytest

from falselight.errors import Missing
from nlp.contract import Failed, Tagged, Tagger, Text
from nlp.tagger import LearnedTagger, build_tagger, default_tagger
from nlp.tagger.verdicts import Verdict
from nlp.training.corpus import corpus_rows
from nlp.training.held import held
from tests.nlp.test_hostile import HOSTILE

OFFER = "Visa guaranteed in five days, our driver takes you from Minsk to Germany, you pay after arrival. Write on Telegram."
BIRDS = "Storks have arrived on the meadows by the river this week, three days earlier than last year."


@pytest.fixture(scope="module")
def tagger() -> LearnedTagger:
    return default_tagger()


def tagged(tagger: Tagger, texts: Sequence[str]) -> list[Tagged]:
    results = list(tagger.tag([Text(id=str(at), text=text) for at, text in enumerate(texts)]))
    assert not any(isinstance(result, Failed) for result in results)
    return [result for result in results if isinstance(result, Tagged)]


def test_an_offer_is_tagged_by_both_models_together(tagger: LearnedTagger) -> None:
    [offer] = tagged(tagger, [OFFER])
    assert offer.relevant.value == "yes"
    assert {"visa-offer", "guaranteed-entry"} & {label.value for label in offer.lures}
    assert offer.relevant.origin.startswith("model:transformer+use@")


def test_a_text_of_no_concern_is_settled_by_the_heads_alone(tagger: LearnedTagger) -> None:
    [birds] = tagged(tagger, [BIRDS])
    assert birds.relevant.value == "no"
    assert birds.relevant.origin.startswith("model:use@")
    assert birds.lures == birds.narratives == ()


def test_the_fallback_says_that_it_is_the_fallback() -> None:
    [offer] = tagged(build_tagger("use"), [OFFER])
    assert offer.relevant.origin.startswith("model:use@")


def test_every_given_and_every_doubtful_label_has_a_reason(tagger: LearnedTagger) -> None:
    texts = [row.text for row in corpus_rows() if held(row)][::12]
    for result in tagged(tagger, texts):
        for label in (result.relevant, result.stance, *result.narratives, *result.lures, *result.unsure):
            assert label.reasons


def test_a_label_is_never_both_given_and_doubtful(tagger: LearnedTagger) -> None:
    results = tagged(tagger, [row.text for row in corpus_rows() if held(row)][::6])
    for result in results:
        given = {f"lure:{label.value}" for label in result.lures} | {
            f"narrative:{label.value}" for label in result.narratives
        }
        assert not given & {label.value for label in result.unsure}
    assert 0 < sum(bool(result.unsure) for result in results) < 0.5 * len(results)


def test_tags_do_not_depend_on_a_posts_neighbours(tagger: LearnedTagger) -> None:
    texts = [*[row.text for row in corpus_rows() if held(row)][::10], OFFER, BIRDS]
    order = np.random.default_rng(2).permutation(len(texts))
    together = [_without_id(result) for result in tagged(tagger, texts)]
    shuffled = [_without_id(result) for result in tagged(tagger, [texts[at] for at in order])]
    assert [together[at] for at in order] == shuffled
    alone = [_without_id(tagged(tagger, [text])[0]) for text in texts[::9]]
    assert alone == together[::9]


def _without_id(result: Tagged) -> tuple[object, ...]:
    return tuple(getattr(result, name) for name in Tagged.__dataclass_fields__ if name != "id")


def test_a_stance_far_ahead_of_the_others_leaves_no_doubt() -> None:
    limits = np.full(1, 0.5)
    clear = Verdict(np.array([0.9, 0.8, 0.1, 0.05, 0.05]), limits, limits * 0.6, np.ones(4), "model:x")
    close = Verdict(np.array([0.9, 0.4, 0.38, 0.12, 0.1]), limits, limits * 0.6, np.ones(4), "model:x")
    assert (clear.stance, close.stance) == (0, 0)
    assert clear.stance_lead == pytest.approx(0.7)
    assert close.stance_lead == pytest.approx(0.02)


def test_hostile_texts_cost_no_neighbour_of_the_default_tagger_anything(tagger: LearnedTagger) -> None:
    [alone] = _without_ids(tagger, [OFFER])
    for name, text in HOSTILE.items():
        started = time.monotonic()
        results = list(tagger.tag([Text(id="hostile", text=text), Text(id="offer", text=OFFER)]))
        assert time.monotonic() - started < 4, name  # two seconds on an idle machine
        assert isinstance(results[0], Tagged | Failed)
        assert isinstance(results[1], Tagged)
        assert _without_id(results[1]) == alone, name


def _without_ids(tagger: Tagger, texts: Sequence[str]) -> list[tuple[object, ...]]:
    return [_without_id(result) for result in tagged(tagger, texts)]


def test_a_lost_model_stops_the_stage_and_blames_no_post(
    tagger: LearnedTagger, monkeypatch: pytest.MonkeyPatch
) -> None:
    def lost(*_: object) -> None:
        raise Missing("no weights for routes")

    monkeypatch.setattr("nlp.tagger.learned.analyse", lost)
    with pytest.raises(Missing, match="no weights"):
        list(tagger.tag([Text(id="1", text=OFFER)]))
