"""Hostile texts: tagged, or set aside with a reason, within two seconds; their neighbours and all offsets stay right."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from falselight.tags import Reason
from nlp.contract import Failed, Label, Tagged, Text
from nlp.lexicon.loader import phrase_words
from nlp.lexicon.trie import Trie
from nlp.lexicon.words import split
from nlp.normalise import fold
from nlp.pipeline import Analysis, analyse
from nlp.tagger import LearnedTagger
from tests.nlp import small_tagger as small
from tests.nlp.small_tagger import sentence, small_tagger

LIMIT_SECONDS = 2
HOSTILE = {
    "megabyte of words": "border open visa " * 60_000,
    "megabyte without a space": "v" * 1_000_000,
    "megabyte of Arabic": "الحدود مفتوحة " * 72_000,
    "nothing but nul": "\0" * 10_000,
    "nul between letters": "\0".join("visa guaranteed from Minsk to Berlin ") * 40,
    "lone surrogates": "visa \ud800 guaranteed \udfff to \udbff Poland \udc00" * 200,
    "ten thousand emoji": "🔥" * 10_000,
    "emoji between letters": "🔥".join("guaranteed visa") * 300,
    "families of emoji": "👨‍👩‍👧‍👦🏳️‍🌈" * 2_000,
    "flags": "🇧🇾🇵🇱🇩🇪" * 3_000,
    "nested directional marks": "\u202e\u2066\u2067\u202a" * 2_500 + "visa" + "\u2069\u202c" * 5_000,
    "marks between letters": "\u200f\u202e".join("guaranteed visa Minsk") * 300,
    "html soup": "<div><p onclick='alert(1)'><script>visa</b>&nbsp;&#x202e;&lt;<![CDATA[" * 400,
    "unclosed tags": "<a href='" * 9_000,
    "zalgo": "".join(letter + "\u0301\u0316\u0489\u0334" * 60 for letter in "visa guaranteed") * 20,
    "one letter under a heap of marks": "a" + "\u0327\u0301" * 40_000,
    "invisible characters": "\u200b\u00ad\u2060\ufeff".join("boat to Greece") * 400,
    "tags plane": "".join(chr(0xE0000 + ord(letter)) for letter in "visa guaranteed") * 1_000,
    "private use and unassigned": "\ue000\uffff\U0010ffff" * 5_000,
    "digits": "1.000.000 € " * 8_000,
    "look-alikes": "guаrаntееd vіsа " * 6_000,
    "letters apart": "v i s a " * 12_000,
    "brackets": "[[[((({{{" * 10_000,
    "lines": "\n\r\u2028\u2029\u0085" * 10_000,
    "nothing": "",
}  # fmt: skip
NEIGHBOURS = (
    sentence(small.VISA, 7) + " From Iraq through Belarus to Germany, 2500 euro",
    sentence(small.BOAT, 7),
    sentence(small.NOTHING, 7) + " الحدود مفتوحة",
)


@pytest.fixture(scope="module")
def tagger(tmp_path_factory: pytest.TempPathFactory) -> LearnedTagger:
    return small_tagger(tmp_path_factory.mktemp("model"))


@pytest.fixture(scope="module")
def alone(tagger: LearnedTagger) -> list[Tagged | Failed]:
    """What each neighbour is tagged as in no company."""
    return [next(iter(tagger.tag([text]))) for text in _neighbours()]


def _neighbours() -> list[Text]:
    return [Text(id=f"n{number}", text=text) for number, text in enumerate(NEIGHBOURS)]


@pytest.mark.parametrize("name", HOSTILE)
def test_it_is_tagged_or_set_aside_in_two_seconds_beside_untouched_neighbours(
    tagger: LearnedTagger, alone: list[Tagged | Failed], name: str
) -> None:
    first, second, third = _neighbours()
    started = time.process_time()
    results = list(tagger.tag([first, Text(id="hostile", text=HOSTILE[name]), second, third]))
    assert time.process_time() - started < LIMIT_SECONDS
    assert [results[0], *results[2:]] == alone
    _is_tagged_with_true_offsets_or_failed_with_a_reason(results[1], HOSTILE[name])


def test_all_of_them_in_one_batch_change_nothing_for_anybody(
    tagger: LearnedTagger, alone: list[Tagged | Failed]
) -> None:
    batch: list[Text] = []
    for name, text in HOSTILE.items():
        batch += [*_neighbours(), Text(id=name, text=text)]
    results = list(tagger.tag(batch))
    assert [result.id for result in results] == [text.id for text in batch]
    assert [result for result in results if result.id not in HOSTILE] == alone * len(HOSTILE)


def test_a_megabyte_is_set_aside_and_says_how_long_it_may_be(tagger: LearnedTagger) -> None:
    (result,) = tagger.tag([Text(id="1", text=HOSTILE["megabyte of words"])])
    assert isinstance(result, Failed)
    assert result.reason == "text-too-long"
    assert "100000" in result.detail


def _is_tagged_with_true_offsets_or_failed_with_a_reason(result: Tagged | Failed, text: str) -> None:
    if isinstance(result, Failed):
        assert result.reason
        assert result.detail
        return
    for label in _labels(result):
        assert label.reasons, label.value
        for reason in label.reasons:
            _lies_inside(reason, text)


def _labels(tagged: Tagged) -> Iterator[Label]:
    yield from (tagged.relevant, tagged.stance, *tagged.lures, *tagged.narratives, *tagged.corridors)
    yield from (*tagged.places, *tagged.prices, *tagged.actors, *(label for _, label in tagged.routes))


def _lies_inside(reason: Reason, text: str) -> None:
    if reason.start is None or reason.end is None:
        assert reason.start is reason.end
        return
    assert 0 <= reason.start < reason.end <= len(text)
    if reason.kind == "ngrams":
        assert _writable(text)[reason.start : reason.end] == reason.text


def _writable(text: str) -> str:
    """Lone surrogates as U+FFFD, one for one: what a reason quotes must go into any file."""
    return "".join("\ufffd" if "\ud800" <= char <= "\udfff" else char for char in text)


# Words that the lexicons and the gazetteer know, and what stands between, in and around words to hide them.
_WORDS = st.sampled_from(
    "visa guaranteed border open boat Minsk Berlin 2500€ فيزا مضمونة الحدود مفتوحة مينسك ڕێگای مسۆگەر граница открыта виза "
    "Варшава sınır açık Türkiye'den 🇧🇾 🔥 visa-free pay after arrival الدفع بعد الوصول قاچاقبر تضمینی from Iraq to Poland".split()
)  # fmt: skip
_DISGUISES = st.sampled_from(("", "", "", "\u200b", ".", " ", "🔥", "\u0301", "\u202e", "\ud800", "\0", "ـ", "-"))
_GAPS = st.sampled_from((" ", " ", " ", "\n", ", ", " 🔥 ", " ", "\0", " \u202e", "<b>", ". "))


@st.composite
def _texts(draw: st.DrawFn) -> str:
    parts = []
    for _ in range(draw(st.integers(1, 12))):
        word = draw(_WORDS) if draw(st.integers(0, 9)) else draw(st.text(max_size=6))
        parts += [draw(_DISGUISES).join(word), draw(_GAPS)]
    return "".join(parts)


@given(_texts())
@settings(max_examples=150)
def test_reasons_lie_inside_the_text_and_show_the_words_they_state(text: str) -> None:
    (result,) = analyse([Text(id="1", text=text)])
    assert isinstance(result, Analysis)
    for hit in result.hits:
        assert 0 <= hit.start < hit.end <= len(text)
        assert _stands_there(hit.phrase, text[hit.start : hit.end]), (hit.phrase, text[hit.start : hit.end])
    for found in (*result.places, *result.prices, *result.actors):
        assert 0 <= found.start < found.end <= len(text)
        assert _writable(text)[found.start : found.end] == found.text
    for _, reasons in (*result.routes, *result.corridors):
        for reason in reasons:
            _lies_inside(reason, text)


def _stands_there(phrase: str, shown: str) -> bool:
    """Whether every part of a lexicon's phrase is among the words shown, read as the lexicon reads them."""
    trie: Trie[str] = Trie()
    parts = phrase.split(" … ")
    for part in parts:
        trie.add(phrase_words(part, phrase), part)
    return {part for _, _, part in trie.find(split(fold(shown).text))} == set(parts)


@given(_texts())
@settings(max_examples=60)
def test_every_label_of_the_tagger_says_why_and_where(tagger: LearnedTagger, text: str) -> None:
    (result,) = tagger.tag([Text(id="1", text=text)])
    assert isinstance(result, Tagged)
    _is_tagged_with_true_offsets_or_failed_with_a_reason(result, text)


@given(_texts())
@settings(max_examples=200)
def test_folding_disguised_words_twice_is_folding_once(text: str) -> None:
    folded = fold(text).text
    assert fold(folded).text == folded
