"""The page of one post, asked over HTTP."""

from __future__ import annotations

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import html

from falselight.desk.marking import Mark, excerpt, passages, pieces
from falselight.desk.post_page import defanged
from tests.falselight.desk.pages import css, tree_of, words
from tests.falselight.desk.sample import sample

ARABIC, KURDISH, ENGLISH = sample()[:3]
EDITED = sample()[12]


def post(desk: httpx.Client, post_id: str) -> html.HtmlElement:
    return tree_of(desk.get(f"/posts/{post_id}"))


def test_the_whole_text_is_there_with_direction_and_language(desk: httpx.Client) -> None:
    tree = post(desk, ARABIC.post.id)
    passages = css(tree, ".body p")
    assert [passage.text_content() for passage in passages] == ARABIC.post.text.split("\n")
    assert {passage.get("dir") for passage in passages} == {"auto"}
    assert css(tree, ".body")[0].get("lang") == "ar"


def test_reasons_are_marked_where_they_stand_and_say_why(desk: httpx.Client) -> None:
    marks = {mark.text_content(): mark for mark in css(post(desk, ARABIC.post.id), ".body mark")}
    assert marks["الحدود مفتوحة"].get("class") == "lure"
    assert marks["الحدود مفتوحة"].get("title") == "The border is open: “الحدود مفتوحة” (words)"


def test_reasons_in_the_title_are_marked_in_the_title(desk: httpx.Client) -> None:
    tree = post(desk, ENGLISH.post.id)
    assert [mark.text_content() for mark in css(tree, "h1 mark.corridor")] == ["Minsk"]
    assert css(tree, "h1")[0].text_content().strip() == ENGLISH.post.title


def test_overlapping_reasons_keep_both_labels(desk: httpx.Client) -> None:
    both = [mark for mark in css(post(desk, KURDISH.post.id), ".body mark") if " " in mark.get("class")]
    assert [(mark.text_content(), mark.get("class")) for mark in both] == [("بێلاڕووس", "lure corridor")]
    assert len(both[0].get("title").split("\n")) == 2


def test_each_tag_says_who_and_why(desk: httpx.Client) -> None:
    rows = [words(row) for row in css(post(desk, ARABIC.post.id), "tbody tr")]
    wanted = "Lure The border is open 0.86 model:use-heads@1 words “الحدود مفتوحة” · nearest example"
    assert any(row.startswith(wanted.split(" · ", maxsplit=1)[0]) for row in rows)
    assert any("Buses wait" in row for row in rows)
    assert len(rows) == len(ARABIC.tags)


def test_evidence_contacts_links_and_copies(desk: httpx.Client) -> None:
    text = words(post(desk, ARABIC.post.id))
    assert "evidence-ar-0 opens through the audited read" in text
    assert "hxxps://visa-sure[.]example/minsk?ref=1" in text
    assert "https://visa-sure.example" not in text
    assert "phone 00f00dfe… in 4 other posts" in text
    assert "00f00dfeed5eed12" not in text
    assert "exact copy" in text
    assert "the same words" in text
    assert "near copy 0.87" in text


def test_an_edited_post_says_so(desk: httpx.Client) -> None:
    text = words(post(desk, EDITED.post.id))
    assert "1 the text was changed 1 time" in text


def test_the_original_of_a_person_is_not_led_to(desk: httpx.Client) -> None:
    assert css(post(desk, ENGLISH.post.id), ".address a")[0].get("href") == ENGLISH.post.url
    assert css(post(desk, ENGLISH.post.id), ".address a")[0].get("rel").startswith("noreferrer noopener")
    assert css(post(desk, KURDISH.post.id), ".address") == []


@pytest.mark.parametrize(
    ("link", "shown"),
    [
        ("https://a.b.example/x.html", "hxxps://a[.]b[.]example/x.html"),
        ("http://a.example", "hxxp://a[.]example"),
        ("tg://resolve?domain=x", "tg://resolve?domain=x"),
        ("a.example/x", "a[.]example/x"),
    ],
)
def test_links_cannot_be_opened_by_accident(link: str, shown: str) -> None:
    assert defanged(link) == shown


MARKS = st.lists(
    st.builds(
        lambda start, length, kind: Mark(start=start, end=start + length, kind=kind, tip=kind),
        st.integers(0, 60),
        st.integers(0, 20),
        st.sampled_from("abc"),
    ),
    max_size=6,
)


@given(st.text(max_size=60), MARKS)
def test_pieces_are_the_text_again_and_marked_exactly_where_asked(text: str, marks: list[Mark]) -> None:
    cut = pieces(text, marks)
    assert "".join(piece.text for piece in cut) == text
    at = 0
    for piece in cut:
        for place in range(at, at + len(piece.text)):
            assert set(piece.kinds) == {mark.kind for mark in marks if mark.start <= place < mark.end}
        at += len(piece.text)


@given(st.text("ab \n", max_size=60), MARKS)
def test_passages_are_the_lines_that_are_not_empty(text: str, marks: list[Mark]) -> None:
    found = ["".join(piece.text for piece in passage) for passage in passages(text, marks)]
    assert found == [line for line in text.split("\n") if line.strip()]


@given(st.text("abc ", max_size=900), st.integers(0, 900), st.integers(0, 40))
def test_an_excerpt_is_short_and_shows_the_first_mark(text: str, start: int, skipped: int) -> None:
    mark = Mark(start=start, end=start + 3, kind="found")
    cut = excerpt(text, [mark], min(skipped, len(text)))
    assert sum(len(piece.text) for piece in cut) <= 324
    if skipped <= start and mark.end <= len(text):
        assert "".join(piece.text for piece in cut if piece.kinds) == text[mark.start : mark.end]
