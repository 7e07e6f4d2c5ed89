from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from falselight.alerts.clean import QUOTE_CHARS, defang, direction, one_line, quotable, shorten


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("see https://t.me/abc?x=1.", "see hxxps://t[.]me/abc?x=1."),
        ("HTTP://Evil.Example/a.b", "HxxP://Evil[.]Example/a[.]b"),
        ("ftp://a.example", "fxp://a[.]example"),
        ("tg://resolve?domain=x", "tg[:]//resolve?domain=x"),
        ("wa.me/4912345 or www.foo.example", "wa[.]me/4912345 or www[.]foo[.]example"),
        ("write to name@host.example", "write to name@host[.]example"),
        ("http://пример.рф/x", "hxxp://пример[.]рф/x"),
        ("t。me/abc", "t[.]me/abc"),
        ("10.0.0.1:8080/x", "10[.]0[.]0[.]1:8080/x"),
        ("Price 2.800 € at 7.30, z.B. today... سلام.", "Price 2.800 € at 7.30, z.B. today... سلام."),
    ],
)
def test_addresses_cannot_be_clicked_and_prices_stay(said: str, shown: str) -> None:
    assert defang(said) == shown


@pytest.mark.parametrize("breaking", ["\n", "\r\n", "\r", "\x0b", "\x0c", "\x1c", "\x85", "\u2028", "\u2029", "\x00"])
def test_one_line_has_no_way_out(breaking: str) -> None:
    line = one_line(f"Channel{breaking}Bcc: all@eeas.example")
    assert len(line.splitlines()) == 1
    assert "\x00" not in line


def test_one_line_drops_overrides_and_hidden_characters_but_keeps_persian_joiners() -> None:
    assert one_line("invoice\u202egnp.exe\u2066 h\u200bttp soft\u00adly") == "invoicegnp.exe http softly"
    assert one_line("می\u200cکند") == "می\u200cکند"


def test_an_address_split_by_hidden_characters_is_put_together_before_it_is_made_unclickable() -> None:
    assert quotable("go to h\u200bttps://t\u2060.me/x") == ("go to hxxps://t[.]me/x",)


def test_lines_of_a_quote_stay_lines_and_empty_ones_go() -> None:
    assert quotable("one\n\n\n two \r\nthree") == ("one", "two", "three")


def test_a_cut_stands_between_words_and_is_told() -> None:
    cut = shorten("word " * 100)
    assert cut.endswith("word…")
    assert len(cut) <= QUOTE_CHARS


def test_a_cut_never_leaves_a_letter_without_its_marks() -> None:
    assert shorten("a" * 8 + "e\u0301xx", 10) == "aaaaaaaa…"


@given(st.text(max_size=900), st.integers(20, 300))
def test_quotes_are_short_for_any_text(text: str, limit: int) -> None:
    lines = quotable(text, limit)
    assert len("\n".join(lines)) <= limit
    assert not any(char in "".join(lines) for char in "\r\x00\u202e\u2028\x85")


@pytest.mark.parametrize(
    ("text", "way"),
    [
        ("WhatsApp [phone]: فيزا بيلاروسيا جاهزة خلال أيام", "rtl"),
        ("The word فيزا stands in an English sentence", "ltr"),
        ("🚗 2.800 €", "auto"),
    ],
)
def test_direction_follows_most_letters_not_the_first(text: str, way: str) -> None:
    assert direction(text) == way
