"""Bad input through the collecting stage: one bad item never costs its neighbours, nothing is lost silently."""

from __future__ import annotations

import gzip
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from connectors.catalogue import ExpectedPerDay, Source
from falselight.settings import Settings
from falselight.stages.collect import Collected, collect
from falselight.stages.house import House, open_house
from falselight.stages.status import status
from tests.servers.asgi import serve_app

GOOD = "<item><guid>http://a.example/good{n}</guid><title>Good {n}</title><description>Text {n}</description><pubDate>Mon, 08 Nov 2021 10:00:00 GMT</pubDate></item>"
BODY_LIMIT = 2_000_000


def feed(*items: str, encoding: str = "utf-8", head: str = "") -> bytes:
    text = f'<?xml version="1.0" encoding="{encoding}"?>{head}<rss version="2.0"><channel><title>A</title>{"".join(items)}</channel></rss>'
    return text.encode("utf-8", "surrogatepass")


def item(name: str, *, title: str = "Odd", text: str = "Odd text", when: str = "Mon, 08 Nov 2021 11:00:00 GMT") -> str:
    return f"<item><guid>http://a.example/{name}</guid><title>{title}</title><description>{text}</description><pubDate>{when}</pubDate></item>"


@dataclass
class Web:
    """A feed whose answer each test sets."""

    answer: Callable[[], Response]
    address: str = ""
    asked: list[str] = field(default_factory=list)


@pytest.fixture
def web() -> Iterator[Web]:
    served = Web(lambda: Response(feed(), media_type="text/xml"))

    async def page(request: Request) -> Response:
        served.asked.append(request.url.path)
        return served.answer() if request.url.path == "/feed" else Response(status_code=404)

    with serve_app(Starlette(routes=[Route("/{path:path}", page)])) as address:
        served.address = address
        yield served


@pytest.fixture
def house(settings: Settings) -> Iterator[House]:
    with open_house(settings.model_copy(update={"http_max_bytes": BODY_LIMIT})) as opened:
        yield opened


def source(web: Web) -> Source:
    return Source(
        id="a", name="A", platform="rss", address=f"http://{web.address}/feed", kind="outlet", role="independent-media",
        languages=("en",), purpose="situational-awareness", legal_basis="test", owner="tests",
        expected_per_day=ExpectedPerDay(min=0, max=9), seen_at="tests", review_on=date(2030, 1, 1),
    )  # fmt: skip


def collected(house: House, web: Web, body: bytes, **headers: str) -> Collected:
    web.answer = lambda: Response(body, media_type="text/xml", headers=headers)
    return collect(house, source(web))


def reasons(house: House) -> list[str]:
    return [entry["reason"] for entry in status(house).quarantine]


ITEMS = {
    "a date in 1970": (item("x", when="Thu, 01 Jan 1970 00:00:00 GMT"), "date-implausible"),
    "a date in 2099": (item("x", when="Thu, 01 Jan 2099 00:00:00 GMT"), "date-implausible"),
    "a date that is none": (item("x", when="sometime soon"), "bad-date"),
    "neither title nor text": (item("x", title="", text=""), "no-text"),
    "a text of 1 MB": (item("x", text="word " * 200_000), "text-too-long"),
}


@pytest.mark.parametrize(("bad", "reason"), ITEMS.values(), ids=ITEMS.keys())
def test_a_bad_item_is_set_aside_and_its_neighbours_are_kept(house: House, web: Web, bad: str, reason: str) -> None:
    done = collected(house, web, feed(GOOD.format(n=1), bad, GOOD.format(n=2)))
    assert done.error is None
    assert done.tally.outcomes == {("out", "new"): 2, ("quarantined", reason): 1}
    [entry] = status(house).quarantine
    assert entry["reason"] == reason
    assert entry["detail"]
    assert entry["evidence"] == "a/000001#0"


ODD = {
    "no date": GOOD.format(n=9).replace("<pubDate>Mon, 08 Nov 2021 10:00:00 GMT</pubDate>", ""),
    "a date without zone": item("x", when="Mon, 08 Nov 2021 11:00:00"),
    "no guid": "<item><title>Odd</title><link>http://a.example/odd</link><description>Odd text</description></item>",
    "directional overrides": item("x", text="\u202egnp.exe\u202c is no picture"),
    "a character reference to NUL and a surrogate": item("x", text="a&#0;b&#xD800;c"),
    "emoji and combining marks": item("x", text="🚗" * 500 + "e\u0301" * 500),
}


@pytest.mark.parametrize("odd", ODD.values(), ids=ODD.keys())
def test_an_odd_item_is_kept_in_a_storable_form(house: House, web: Web, odd: str) -> None:
    done = collected(house, web, feed(GOOD.format(n=1), odd, GOOD.format(n=2)))
    assert sum(done.tally.outcomes.values()) == done.tally.seen == 3
    assert done.tally.outcomes["out", "new"] == 3
    for row in house.landing.read("posts/a/000001"):
        assert not {"\x00", "\u202e", "\ud800"} & set(row["text"])


def test_duplicate_ids_in_one_feed_are_one_post_with_two_revisions(house: House, web: Web) -> None:
    done = collected(house, web, feed(item("x", text="first"), item("x", text="first"), item("x", text="second")))
    assert done.tally.seen == 3
    assert status(house).posts == 1


PAGES = {
    "not XML": (b"just words, no markup at all", "not-a-feed"),
    "HTML in place of a feed": (b"<!DOCTYPE html><html><body><h1>Under maintenance</h1></body></html>", "not-a-feed"),
    "an empty body": (b"", "empty"),
    "JSON": (b'{"version": "none", "items": []}', "not-a-feed"),
}


@pytest.mark.parametrize(("body", "reason"), PAGES.values(), ids=PAGES.keys())
def test_a_page_that_is_no_feed_is_set_aside_as_a_whole_with_its_evidence(
    house: House, web: Web, body: bytes, reason: str
) -> None:
    done = collected(house, web, body)
    assert done.tally.outcomes == {("quarantined", reason): 1}
    assert house.evidence.read("a/000001")[0].payload == body


def test_the_same_bad_page_again_is_not_stored_again(house: House, web: Web) -> None:
    for _ in range(2):
        collected(house, web, b"just words")
    assert len(house.evidence.names()) == 1
    assert len(status(house).quarantine) == 1


def test_a_truncated_feed_keeps_what_came_and_says_that_something_is_missing(house: House, web: Web) -> None:
    whole = feed(GOOD.format(n=1), GOOD.format(n=2), GOOD.format(n=3))
    done = collected(house, web, whole[: whole.index(b"Good 3") + 3])
    assert done.tally.outcomes["out", "new"] >= 2
    assert "truncated" in reasons(house)


def test_an_entity_bomb_is_set_aside_in_little_time(house: House, web: Web) -> None:
    entities = '<!ENTITY a0 "ha">' + "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10))
    began = datetime.now(UTC)
    collected(house, web, feed(item("x", text="&a9;"), head=f"<!DOCTYPE rss [{entities}]>"))
    assert reasons(house) == ["entity-expansion"]
    assert (datetime.now(UTC) - began).total_seconds() < 10


@pytest.mark.parametrize("declared", ["utf-8", "iso-8859-1", "windows-1251", "nonsense"])
def test_a_wrong_or_lying_encoding_costs_no_item(house: House, web: Web, declared: str) -> None:
    done = collected(house, web, feed(item("x", title="Grenze", text="Größe über alles"), encoding=declared))
    assert done.tally.outcomes == {("out", "new"): 1}


FAILURES: dict[str, tuple[Callable[[], Response], str]] = {
    "404": (lambda: Response(status_code=404), "404"),
    "410": (lambda: Response(status_code=410), "410"),
    "429 with Retry-After": (lambda: Response(status_code=429, headers={"retry-after": "120"}), "429"),
    "500": (lambda: Response(status_code=500), "500"),
    "a loop of redirects": (lambda: Response(status_code=301, headers={"location": "/feed"}), "circle"),
    "a body over the limit": (lambda: Response(b"x" * (BODY_LIMIT + 1)), "larger than"),
    "a gzip bomb": (
        lambda: Response(gzip.compress(b"\0" * 60_000_000), headers={"content-encoding": "gzip"}),
        "larger than",
    ),
}


@pytest.mark.parametrize(("answer", "says"), FAILURES.values(), ids=FAILURES.keys())
def test_a_failing_source_is_noted_keeps_its_cursor_and_comes_back(
    house: House, web: Web, answer: Callable[[], Response], says: str
) -> None:
    web.answer = answer
    done = collect(house, source(web))
    assert done.error is not None
    assert says in done.error
    [row] = status(house).sources
    assert row["last_error"] == done.error
    assert row["batches"] == 0
    assert row["retry_at"]


def test_a_source_that_asked_for_time_is_left_alone_until_then(house: House, web: Web) -> None:
    web.answer = lambda: Response(status_code=429, headers={"retry-after": "3600"})
    collect(house, source(web))
    asked = len(web.asked)
    again = collect(house, source(web))
    assert "left alone" in str(again.error)
    assert len(web.asked) == asked
    [row] = status(house).sources
    assert row["last_error"].count("429") == 1
