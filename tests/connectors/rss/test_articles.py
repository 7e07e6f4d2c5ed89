"""A feed and its articles over several runs: nothing is asked twice, nothing shrinks, nothing is lost."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from connectors.articles import article_date
from connectors.contract import Cursor, Page
from connectors.http import HttpClient
from connectors.rss import CONNECTOR
from falselight.errors import Halt, Retry
from falselight.evidence import Evidence
from falselight.post import RawItem
from tests.connectors.making import drafts, make_source, parse_all, refused
from tests.servers.http import Answer, Handler, Web

BODY = "Eine lange Geschichte über die Grenze, den Wald und die Menschen, die dort im Regen warten. " * 6


def page(number: int, extra: str = "", heading: str = "") -> bytes:
    text = f"<h1>{heading}</h1><p>Article {number}. {BODY}</p><p>{extra or 'End.'}</p>"
    menu = "<nav><a href='/'>Home</a> <a href='/sport'>Sport</a></nav>"
    return f"<html><head><title>T</title></head><body>{menu}<article>{text}</article></body></html>".encode()


def feed(*items: tuple[int, str]) -> bytes:
    entries = "".join(
        f"<item><title>{title}</title><guid>g{number}</guid><link>/a/{number}</link>"
        f"<pubDate>Mon, 18 Oct 2021 10:00:00 GMT</pubDate><description>Short {number}.</description></item>"
        for number, title in items
    )
    return f'<rss version="2.0"><channel>{entries}</channel></rss>'.encode()


class Outlet:
    """An outlet on the local web; `run` collects as the stage does: the cursor of the last stored page is kept."""

    def __init__(self, web: Web, client: HttpClient) -> None:
        self.web, self.client = web, client
        self.cursor: Cursor = {}
        self.source = make_source(address=web.url("/rss.xml"), article_text=True, languages=("de",))
        self.headers = {"Content-Type": "application/rss+xml"}

    def show(self, *items: tuple[int, str], pages: bool = True) -> None:
        self.web.routes["/rss.xml"] = Answer(body=feed(*items), headers=self.headers)
        if pages:
            for number, _ in items:
                self.web.routes.setdefault(
                    f"/a/{number}", Answer(body=page(number), headers={"Content-Type": "text/html"})
                )

    def pages(self, *, stop_after: int | None = None) -> Iterator[Page]:
        for number, found in enumerate(CONNECTOR.fetch(self.source, self.cursor, self.client), start=1):
            self.cursor = found.cursor
            yield found
            if number == stop_after:
                return

    def run(self, *, stop_after: int | None = None) -> dict[str, str]:
        """Texts by title of everything that a run brings."""
        found = parse_all(CONNECTOR, list(self.pages(stop_after=stop_after)), self.source)
        assert refused(found) == []
        return {draft.title or "": draft.text for draft in drafts(found)}


@pytest.fixture
def outlet(web: Web, client: HttpClient) -> Outlet:
    return Outlet(web, client)


def test_text_of_the_article_takes_the_place_of_the_summary(outlet: Outlet) -> None:
    outlet.show((1, "One"))
    (text,) = outlet.run().values()
    assert text.startswith("Article 1. Eine lange Geschichte")
    assert "Sport" not in text


def test_headline_above_the_article_is_not_repeated_in_its_text(outlet: Outlet) -> None:
    outlet.show((1, "The border today"))
    outlet.web.routes["/a/1"] = Answer(body=page(1, heading="The border\n today"))
    assert outlet.run()["The border today"].startswith("Article 1.")


def test_changed_feed_does_not_turn_stored_articles_into_short_ones(outlet: Outlet) -> None:
    outlet.show((1, "One"), (2, "Two"))
    outlet.run()
    outlet.show((3, "Three"), (1, "One"), (2, "Two"))
    assert list(outlet.run()) == ["Three"]
    assert sorted(outlet.web.paths()).count("/a/1") == 1


def test_unchanged_feed_brings_no_page(outlet: Outlet) -> None:
    outlet.show((1, "One"))
    outlet.run()
    assert list(outlet.pages()) == []  # the same bytes, though the server knows no conditional requests


def test_server_that_says_unchanged_is_believed(outlet: Outlet) -> None:
    def conditional(handler: Handler) -> Answer:
        if handler.asked.headers.get("if-none-match") == '"v1"':
            return Answer(status=304)
        return Answer(body=feed((1, "One")), headers={"ETag": '"v1"'})

    outlet.show((1, "One"))
    outlet.web.routes["/rss.xml"] = conditional
    assert list(outlet.run()) == ["One"]
    assert list(outlet.pages()) == []


def test_entry_edited_in_the_feed_is_fetched_anew(outlet: Outlet) -> None:
    outlet.show((1, "One"))
    outlet.run()
    outlet.web.routes["/a/1"] = Answer(body=page(1, "With a correction at the end."))
    outlet.show((1, "One, corrected"))
    assert "With a correction" in outlet.run()["One, corrected"]


@pytest.mark.parametrize(
    "answer",
    [
        Answer(status=404),
        Answer(status=403),
        Answer(status=410),
        Answer(body=b"%PDF", headers={"Content-Type": "application/pdf"}),
    ],
)
def test_article_that_cannot_be_had_leaves_the_feeds_text_and_is_not_asked_again(
    outlet: Outlet, answer: Answer
) -> None:
    outlet.show((1, "One"), (2, "Two"))
    outlet.web.routes["/a/1"] = answer
    first = outlet.run()
    assert first["One"] == "Short 1."
    assert first["Two"].startswith("Article 2.")
    outlet.show((3, "Three"), (1, "One"), (2, "Two"))
    assert list(outlet.run()) == ["Three"]
    assert outlet.web.paths().count("/a/1") == 1


def test_article_forbidden_by_robots_leaves_the_feeds_text(outlet: Outlet) -> None:
    outlet.web.routes["/robots.txt"] = Answer(body=b"User-agent: *\nDisallow: /a/\n")
    outlet.show((1, "One"))
    assert outlet.run() == {"One": "Short 1."}


def test_article_that_failed_is_tried_again_although_the_feed_is_the_same(outlet: Outlet) -> None:
    outlet.show((1, "One"))
    outlet.web.routes["/a/1"] = Answer(status=500)
    assert outlet.run() == {"One": "Short 1."}
    outlet.web.routes["/a/1"] = Answer(body=page(1))
    assert outlet.run()["One"].startswith("Article 1.")
    assert list(outlet.pages()) == []


def test_article_that_keeps_failing_is_given_up_after_three_tries(outlet: Outlet) -> None:
    outlet.show((1, "One"))
    outlet.web.routes["/a/1"] = Answer(status=500)
    for _ in range(5):
        outlet.run()
    assert outlet.web.paths().count("/a/1") == 3


def test_stored_article_stays_while_its_new_version_cannot_be_fetched(outlet: Outlet) -> None:
    outlet.show((1, "One"))
    outlet.run()
    outlet.show((1, "One, corrected"))
    outlet.web.routes["/a/1"] = Answer(status=500)
    assert outlet.run() == {}
    assert outlet.run() == {}
    assert outlet.run() == {"One, corrected": "Short 1."}  # given up: what the outlet says now, if in short


def test_host_that_fails_is_left_alone_for_the_rest_of_the_run(outlet: Outlet) -> None:
    outlet.show(*((number, f"No {number}") for number in range(10)), pages=False)
    for number in range(10):
        outlet.web.routes[f"/a/{number}"] = Answer(status=503)
    assert len(outlet.run()) == 10
    assert len(outlet.web.paths()) == 3  # the feed and two articles


def test_many_articles_come_in_several_pages_and_a_killed_run_loses_none(outlet: Outlet) -> None:
    outlet.show(*((number, f"No {number}") for number in range(50)))
    first = outlet.run(stop_after=1)
    second = outlet.run()
    assert len(first) == 20
    assert len(second) == 30
    assert all(text.startswith("Article") for text in [*first.values(), *second.values()])
    assert outlet.web.paths().count("/a/0") == 1
    assert list(outlet.pages()) == []


def test_page_can_be_parsed_again_from_its_evidence(outlet: Outlet, tmp_path: Path) -> None:
    outlet.show(*((number, f"No {number}") for number in range(25)))
    pages = list(outlet.pages())
    assert [len(drafts(list(CONNECTOR.parse(found.raws, outlet.source)))) for found in pages] == [20, 5]
    evidence = Evidence(str(tmp_path))
    for number, found in enumerate(pages):
        evidence.write(f"batch-{number}", found.raws)
        again = CONNECTOR.parse(evidence.read(f"batch-{number}"), outlet.source)
        assert list(again) == list(CONNECTOR.parse(found.raws, outlet.source))


def test_same_entry_twice_with_two_links_keeps_both_articles_apart(outlet: Outlet) -> None:
    outlet.show((1, "One"), (2, "Two"))
    body = feed((1, "One"), (2, "Two")).replace(b"g2", b"g1")
    outlet.web.routes["/rss.xml"] = Answer(body=body)
    found = outlet.run()
    assert found["One"].startswith("Article 1.")
    assert found["Two"].startswith("Article 2.")


def test_evidence_of_an_article_is_found_by_the_address_of_its_post(outlet: Outlet) -> None:
    outlet.web.routes["/moved"] = Answer(body=page(1))
    outlet.show((1, "One"))
    outlet.web.routes["/a/1"] = Answer(status=302, headers={"Location": "/moved"})
    (found,) = outlet.pages()
    (draft,) = drafts(list(CONNECTOR.parse(found.raws, outlet.source)))
    assert draft.url in {raw.url for raw in found.raws[1:]}


def test_truncated_feed_is_not_taken_for_the_whole_next_time(outlet: Outlet) -> None:
    outlet.show((1, "One"), (2, "Two"))
    whole = outlet.web.routes["/rss.xml"]
    assert isinstance(whole, Answer)
    outlet.web.routes["/rss.xml"] = Answer(body=whole.body[:-60], headers={"ETag": '"cut"'})
    found = parse_all(CONNECTOR, list(outlet.pages()), outlet.source)
    assert [each.reason for each in refused(found)] == ["truncated"]
    assert len(drafts(found)) == 1
    outlet.web.routes["/rss.xml"] = Answer(body=whole.body, headers={"ETag": '"cut"'})
    assert list(outlet.run()) == ["Two"]
    assert "if-none-match" not in outlet.web.asked[-2].headers


def test_page_in_place_of_a_feed_is_stored_and_refused_and_asked_for_again(outlet: Outlet) -> None:
    outlet.web.routes["/rss.xml"] = Answer(body=b"<html><body>Maintenance</body></html>", headers={"ETag": '"m"'})
    found = parse_all(CONNECTOR, list(outlet.pages()), outlet.source)
    assert [each.reason for each in refused(found)] == ["not-a-feed"]
    outlet.show((1, "One"))
    assert list(outlet.run()) == ["One"]


def test_move_for_good_is_noted_and_said(outlet: Outlet, caplog: pytest.LogCaptureFixture) -> None:
    outlet.show((1, "One"))
    outlet.web.routes["/new.xml"] = outlet.web.routes["/rss.xml"]
    outlet.web.routes["/rss.xml"] = Answer(status=301, headers={"Location": "/new.xml"})
    outlet.run()
    assert outlet.cursor["moved_to"] == outlet.web.url("/new.xml")
    assert "moved for good" in caplog.text


def test_marks_of_another_address_are_not_used(outlet: Outlet) -> None:
    outlet.headers["ETag"] = '"v1"'
    outlet.show((1, "One"))
    outlet.run()
    outlet.web.routes["/other.xml"] = Answer(body=feed((2, "Two")))
    outlet.source = make_source(address=outlet.web.url("/other.xml"))
    assert list(outlet.run()) == ["Two"]
    assert "if-none-match" not in outlet.web.asked[-1].headers


@pytest.mark.parametrize(("status", "error"), [(500, Retry), (404, Retry), (429, Retry), (410, Halt), (403, Halt)])
def test_trouble_with_the_feed_itself_reaches_the_stage(outlet: Outlet, status: int, error: type[Exception]) -> None:
    outlet.web.routes["/rss.xml"] = Answer(status=status)
    with pytest.raises(error, match=r"/rss.xml: "):
        list(outlet.pages())


def test_cursor_stays_small_over_many_runs(outlet: Outlet) -> None:
    outlet.web.routes["/robots.txt"] = Answer(body=b"User-agent: *\nDisallow: /a/\n")
    for start in range(0, 700, 100):
        outlet.show(*((number, f"No {number}") for number in range(start, start + 100)), pages=False)
        outlet.run()
    assert len(outlet.cursor["entries"]) == 500


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        ('<meta property="article:published_time" content="2021-11-08T09:15:00+01:00">', "2021-11-08T08:15:00+00:00"),
        ("<META content='2021-11-08T08:15:00Z' property='article:published_time'>", "2021-11-08T08:15:00+00:00"),
        ('<meta property="article:published_time" content="soon">', None),
        ('<meta property="og:title" content="2021-11-08">', None),
    ],
)
def test_a_page_says_when_it_was_published(head: str, expected: str | None) -> None:
    page = RawItem(
        source="a", native_id="x", url="http://a.example/x", payload=f"<html><head>{head}</head></html>".encode(),
        content_type="text/html; charset=utf-8", fetched_at=datetime(2026, 1, 1, tzinfo=UTC),
    )  # fmt: skip
    found = article_date(page)
    assert (found.isoformat() if found else None) == expected
