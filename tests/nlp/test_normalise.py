"""Folding: one spelling for many, with the way back, however hostile the text."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nlp.normalise import fold

# Letters that the rules are about, so that hypothesis meets them: harakat, joiners, twins, leet digits, spaced letters.
_TRICKY = st.text(
    alphabet="aAbvisa13045@$ .-\n\0eéخةکیەئًـ\u200c\u200b\u202eвизаοα٢۵🔥🇧🇾\u0301\u0307İßﬁΐ\ud800क़\u093cेা", max_size=60
)


@given(st.one_of(_TRICKY, st.text(max_size=80)))
@settings(max_examples=600, deadline=None)
def test_folding_twice_is_folding_once_and_offsets_lead_back(text: str) -> None:
    folded = fold(text)
    assert fold(folded.text).text == folded.text
    offsets = list(folded.offsets)
    assert len(offsets) == len(folded.text) + 1
    assert offsets == sorted(offsets)
    assert all(0 <= offset <= len(text) for offset in offsets)
    for start in range(len(folded.text)):
        first, last = folded.span(start, start + 1)
        assert 0 <= first < last <= len(text)
    folded.text.encode()


@pytest.mark.parametrize(
    ("written", "folded"),
    [
        ("V I S A garantie", "visa garantie"),
        ("v.i.s.a", "visa"),
        ("v🔥i🔥s🔥a now", "visa now"),
        ("v1sa w0rk b0rd3r", "visa work border"),
        ("h1b covid19 5000euro", "h1b covid19 5000euro"),
        ("a, b, c, d", "a, b, c, d"),
        ("виза из Латвiи", "виза из латвіи"),
        ("ПOЛЬША", "польша"),
        ("كَثِيييير فيــزا", "كثيير فيزا"),
        ("می‌رود", "ميرود"),
        ("ئه‌ڵمانیا", "يهلمانيا"),
        ("ئەڵمانیا", "يهلمانيا"),
        ("پولنډ ټول", "پولند تول"),
        ("ＶＩＳＡ 𝓥𝓲𝓼𝓪 🆅🅸🆂🅰", "visa visa visa"),
        ("İstanbul", "istanbul"),
        ("٢٥٠٠ ۳۰۰ २५", "2500 300 25"),
        ("goooooo", "goo"),
        ("a\0b", "a b"),
        ("क़लम", "क़लम"),
    ],
)
def test_spellings_fold(written: str, folded: str) -> None:
    assert fold(written).text == folded


def test_span_covers_the_obfuscated_letters() -> None:
    text = "get v.i.s.a today"
    folded = fold(text)
    start = folded.text.index("visa")
    assert text[slice(*folded.span(start, start + 4))] == "v.i.s.a"


@pytest.mark.parametrize(
    "piece",
    ["\0", "😀", "\u202e\u2066", "a\u0301\u0316", "v.i.", "v1", "vизa ", "<p>x</p>", "\ud800", "a"],
)
def test_a_megabyte_folds_in_linear_time(piece: str) -> None:
    def seconds(size: int) -> float:
        text = piece * (size // len(piece))
        start = time.process_time()
        fold(text)
        return time.process_time() - start

    small, large = seconds(100_000), seconds(1_000_000)
    assert large < max(25 * small, 2.0)
