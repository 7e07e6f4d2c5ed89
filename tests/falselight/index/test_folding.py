"""One spelling for what people write in many, and the way back to what they wrote."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from falselight.index.folding import default_fold, token_spans, tokens
from falselight.index.wording import read_wording
from nlp.normalise import fold

SCRIPTS = st.text(st.characters() | st.sampled_from("ابتةىيکكێۆەًُّـ\u200c\u200fÄßİıŁçéñЁйґ٠۹० ১✈🇩🇪難民ক্ষ়"))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("كردستان", "کوردستان".replace("و", "")),
        ("المانيا", "أَلمانيا"),
        ("مدرسه", "مدرسة"),
        ("على", "علي"),
        ("۱۲۳", "123"),
        ("می‌رود", "میرود"),
        ("STRASSE", "straße"),
        ("Łódź", "lodz"),
        ("SIĞINMACI", "siginmaci"),
        ("ИНСТАГРА́М", "инстаграм"),
        ("Ｖｉｓａ", "visa"),
        ("e\u0301cole", "école"),
    ],
)
def test_spellings_that_mean_the_same_fold_alike(one: str, other: str) -> None:
    assert default_fold(one) == default_fold(other)


def test_vowel_signs_that_carry_meaning_stay() -> None:
    assert default_fold("ভিসা") == "ভিসা"
    assert tokens("ভিসা चाहिए") == ["ভিসা", "चाहिए"]


@given(SCRIPTS)
def test_folding_twice_is_folding_once(text: str) -> None:
    assert default_fold(default_fold(text)) == default_fold(text)


@given(SCRIPTS)
def test_letters_agree_with_the_normaliser_of_the_pipeline(text: str) -> None:
    # The pipeline also reads letters apart, leet, look-alikes and repeats: words of one letter show letters alone.
    for char in text:
        assert tokens(default_fold(fold(char).text)) == tokens(default_fold(char))


@given(SCRIPTS)
def test_spans_are_the_written_words_in_order(text: str) -> None:
    spans = list(token_spans(text, default_fold))
    assert sorted((start, end) for _, start, end in spans) == [(start, end) for _, start, end in spans]
    for token, start, end in spans:
        assert token in tokens(default_fold(text[start:end]))
        assert not any(char.isspace() for char in text[start:end])


@given(SCRIPTS)
def test_a_text_is_found_by_its_own_words(text: str) -> None:
    words = tokens(default_fold(text))
    assert [token for token, _, _ in token_spans(text, default_fold)] == words
    if 0 < len(words) <= 60:
        wording = read_wording('"' + " ".join(words) + '"', default_fold)
        assert wording.wanted == (tuple(words),)


@given(st.integers(20_000, 60_000))
def test_long_runs_of_marks_take_linear_time(length: int) -> None:
    default_fold("ক" + "়্" * (length // 2) + "e" + "\u0301" * length)
