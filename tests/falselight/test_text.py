"""Stored text cannot break a store nor deceive a reader."""

from hypothesis import given
from hypothesis import strategies as st

from falselight.text import clean_text


def test_nul_and_controls_go_and_lines_stay() -> None:
    assert clean_text("a\x00b\x07\r\nc\rd") == "ab\nc\nd"


def test_a_lone_surrogate_becomes_a_visible_mark() -> None:
    assert clean_text("a\ud800b") == "a\ufffdb"


def test_overrides_that_reorder_text_go_and_marks_stay() -> None:
    assert clean_text("\u202eevil\u202c \u200fنص\u200e") == "evil \u200fنص\u200e"


@given(st.text(alphabet=st.characters(codec=None)))
def test_any_text_becomes_storable_and_stays_as_it_then_is(text: str) -> None:
    cleaned = clean_text(text)
    cleaned.encode("utf-8")
    assert "\x00" not in cleaned
    assert clean_text(cleaned) == cleaned
