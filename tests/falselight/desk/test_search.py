"""The search page, asked over HTTP."""

from __future__ import annotations

import re
from collections.abc import Callable
from urllib.parse import urlencode

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import html

from falselight.errors import Missing
from falselight.index import Document
from falselight.post import Author
from tests.falselight.desk.conftest import served
from tests.falselight.desk.pages import css, tree_of, words
from tests.falselight.desk.sample import sample
from tests.falselight.index.documents import a_document

DeskOf = Callable[[list[Document]], httpx.Client]


def hits(tree: html.HtmlElement) -> list[str]:
    return [link.get("href").removeprefix("/posts/") for link in css(tree, "a.open")]


def heading(tree: html.HtmlElement) -> str:
    return words(css(tree, "#summary")[0])


def counts(tree: html.HtmlElement, name: str) -> dict[str, str]:
    boxes = css(tree, f"input[name={name}]")
    return {box.get("value"): css(box.getparent(), ".count")[0].text_content().strip() for box in boxes}


def test_the_first_page_shows_the_newest_posts_and_what_there_is(desk: httpx.Client) -> None:
    tree = tree_of(desk.get("/"))
    assert heading(tree) == "60 posts"
    newest = sorted(sample(), key=lambda d: d.post.published_at, reverse=True)
    assert hits(tree) == [document.post.id for document in newest[:20]]
    assert counts(tree, "relevant") == {"yes": "50", "no": "10"}
    assert counts(tree, "lure")["open-border"] == "25"
    assert "The border is open" in tree.text_content()  # the taxonomy's title, not the id


def test_all_pages_together_show_every_post_once(desk: httpx.Client) -> None:
    seen: list[str] = []
    url: str | None = "/?relevant=yes"
    while url:
        tree = tree_of(desk.get(url))
        seen += hits(tree)
        url = next((link.get("href") for link in css(tree, "nav.pages a[rel=next]")), None)
    wanted = {document.post.id for document in sample() if document.values("relevant") == ("yes",)}
    assert len(seen) == len(wanted)
    assert set(seen) == wanted


def test_words_filters_and_days_narrow_together(desk: httpx.Client) -> None:
    tree = tree_of(desk.get("/?q=minsk&language=en&stance=reports&from=2021-11-05&to=2021-11-10"))
    assert heading(tree) == "2 posts for “minsk”"
    assert {mark.text_content().lower() for mark in css(tree, "mark.found")} == {"minsk"}
    assert css(tree, "input[name=language][value=en]")[0].get("checked") is not None
    assert counts(tree, "language") == {"en": "2"}
    assert len(css(tree, ".chips li")) == 4


def test_other_values_of_a_chosen_field_keep_their_counts(desk: httpx.Client) -> None:
    tree = tree_of(desk.get("/?language=ar&language=fa"))
    assert heading(tree) == "10 posts"
    assert counts(tree, "language")["ckb"] == "5"
    assert counts(tree, "lure") == {
        "guaranteed-entry": "5",
        "open-border": "5",
        "transport-offer": "5",
        "visa-offer": "5",
    }


def test_a_filter_is_removed_by_its_chip(desk: httpx.Client) -> None:
    tree = tree_of(desk.get("/?q=minsk&language=ar&language=en"))
    links = [link.get("href") for link in css(tree, ".chips a")]
    assert "/?q=minsk&language=en" in links
    assert "/?q=minsk&language=ar" in links


def test_the_time_line_is_drawn_and_described(desk: httpx.Client) -> None:
    tree = tree_of(desk.get("/"))
    (description,) = {element.text_content() for element in css(tree, "svg desc")}
    assert description.startswith("60 posts per day, 1 Nov 2021 to 16 Nov 2021 (UTC).")


def test_days_count_from_the_given_clock(desk: httpx.Client) -> None:
    links = {link.text: link.get("href") for link in css(tree_of(desk.get("/")), ".spans a")}
    assert links["Today"] == "/?from=2021-11-20&to=2021-11-20"
    assert links["7 days"] == "/?from=2021-11-14&to=2021-11-20"


def test_nothing_found_says_what_to_try(desk: httpx.Client) -> None:
    tree = tree_of(desk.get("/?q=zanzibar&lure=visa-offer"))
    assert "No post fits these filters and words" in tree.text_content()
    assert any(link.get("href") == "/?q=zanzibar" for link in css(tree, ".nothing a"))
    assert counts(tree, "lure") == {"visa-offer": "0"}


@pytest.mark.parametrize(
    ("address", "explanation"),
    [
        ('/?q="open', "quotation mark has no partner"),
        ("/?q=!!!", "Nothing to look for"),
        ("/?from=yesterday", "write it like 2021-11-08"),
        ("/?from=0001-01-01", "from 1970 on"),
        ("/?from=2021-11-09&to=2021-11-08", "exchange them"),
        ("/?after=nonsense", "start again from the first page"),
    ],
)
def test_a_query_that_cannot_be_understood_is_explained_in_place(
    desk: httpx.Client, address: str, explanation: str
) -> None:
    answer = desk.get(address)
    assert answer.status_code == 400
    tree = tree_of(answer, 400)
    assert explanation in css(tree, "#problem")[0].text_content()
    typed = httpx.URL(address).params.get("q", "")
    assert css(tree, "#q")[0].get("value") == typed


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    st.lists(
        st.tuples(
            st.sampled_from(["q", "language", "lure", "author", "source", "from", "to", "after", "x"]),
            st.text(st.characters(codec="utf-8") | st.sampled_from('"<>&-')),
        ),
        max_size=5,
    )
)
def test_no_address_breaks_the_tree_of(desk: httpx.Client, parameters: list[tuple[str, str]]) -> None:
    assert desk.get("/?" + urlencode(parameters)).status_code in (200, 400)


@pytest.mark.parametrize("address", ["/?q=%FF%FE", "/?language=%ED%A0%80", "/?q=a%00b", "/?from=2021-11-08%00"])
def test_bytes_that_are_no_text_break_nothing(desk: httpx.Client, address: str) -> None:
    assert desk.get(address).status_code in (200, 400)


# --- protection


@pytest.mark.parametrize("address", ["/?q=person-00ab12cd", "/?author=person-00ab12cd", "/?q=x&source=PERSON-00ab12cd"])
def test_persons_cannot_be_searched_for(desk: httpx.Client, address: str) -> None:
    answer = desk.get(address)
    assert answer.status_code == 400
    assert "does not look for persons" in answer.text


def test_publishers_can_be_filtered_and_never_are_persons(desk: httpx.Client) -> None:
    tree = tree_of(desk.get("/"))
    assert set(counts(tree, "author")) == {"outlet-north", "federal-office", "road_to_europe"}
    assert heading(tree_of(desk.get("/?author=federal-office"))) == "5 posts"


def test_no_pseudonym_is_on_any_tree_of(desk: httpx.Client) -> None:
    persons = [document for document in sample() if document.post.author.kind == "person"]
    addresses = ["/", "/?source=route-groups", *(f"/posts/{document.post.id}" for document in persons)]
    for address in addresses:
        assert "person-0" not in desk.get(address).text


def test_counts_of_fewer_than_five_persons_are_not_shown(desk_of: DeskOf) -> None:
    def posts(source: str, persons: int) -> list[Document]:
        made = [Author(kind="person", key=f"person-{source}{n}") for n in range(persons)]
        return [a_document(f"{source}{n}", source=source, author=author) for n, author in enumerate(made)]

    desk = desk_of([*posts("four", 4), *posts("five", 5), a_document("outlet", source="outlet-a")])
    assert counts(tree_of(desk.get("/")), "source") == {"five": "5", "four": "few", "outlet-a": "1"}
    assert counts(tree_of(desk.get("/?source=four")), "source")["four"] == "few"


def test_text_of_posts_is_never_markup(desk_of: DeskOf) -> None:
    evil = "<script>alert(1)</script><img src=x onerror=alert(2)>\"'>"
    author = Author(kind="outlet", key=evil, name=evil)
    document = a_document("evil", evil, title=evil, channel=evil, source=evil, author=author, url="javascript:alert(3)")
    desk = desk_of([document])
    for address in ("/", "/?q=script", f"/posts/{document.post.id}", "/?q=" + evil):
        text = desk.get(address).text
        assert "<script>alert" not in text
        assert "<img src=x" not in text
        assert 'href="javascript' not in text


def test_every_answer_forbids_what_the_page_does_not_need(desk: httpx.Client) -> None:
    for address in ("/", "/posts/none", "/static/desk.css", "/healthz", "/nowhere"):
        answer = desk.get(address)
        assert "default-src 'none'" in answer.headers["content-security-policy"]
        assert answer.headers["referrer-policy"] == "no-referrer"
        assert "set-cookie" not in answer.headers
        assert "unsafe" not in answer.headers["content-security-policy"]
    assert desk.get("/").headers["cache-control"] == "no-store"


def test_nothing_is_loaded_from_elsewhere(desk: httpx.Client) -> None:
    text = desk.get("/?q=minsk").text
    loaded = re.findall(r'(?:src|href|action)="([^"]*)"', text)
    assert loaded
    assert all(address.startswith(("/", "#")) for address in loaded)
    assert " style=" not in text


def test_only_its_own_names_are_answered(desk: httpx.Client) -> None:
    assert desk.get("/", headers={"host": "evil.example"}).status_code == 400
    assert desk.get("/", headers={"host": "localhost:1"}).status_code == 200


def test_what_is_not_there_has_a_page_of_its_own(desk: httpx.Client) -> None:
    for address in ("/posts/rss-unknown", "/nowhere", "/docs", "/openapi.json"):
        answer = desk.get(address)
        assert answer.status_code == 404
        assert "To the search page" in answer.text
    assert desk.post("/").status_code == 405


def test_health_says_whether_the_index_answers(desk: httpx.Client) -> None:
    assert desk.get("/healthz").json() == {"status": "ok", "posts": 60}


def test_an_index_that_is_down_is_said_plainly() -> None:
    class Down:
        def __getattr__(self, name: str) -> object:
            def fail(*args: object, **more: object) -> None:
                raise Missing("index i.sqlite: disk is full; free some space")

            return fail

    with served(Down()) as client:  # type: ignore[arg-type]
        for address in ("/", "/posts/x"):
            answer = client.get(address)
            assert answer.status_code == 503
            assert "free some space" in answer.text
        assert client.get("/healthz").json()["status"] == "down"
