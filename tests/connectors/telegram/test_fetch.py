"""Reading a channel over real HTTP: paging, edits, and pages that are not what they should be."""

from __future__ import annotations

import pytest

from connectors.contract import Cursor
from connectors.http import HttpClient
from connectors.telegram import CONNECTOR
from falselight.errors import Halt, Retry
from tests.connectors.making import drafts, make_source, parse_all
from tests.connectors.telegram.channels import message, page
from tests.servers.http import Answer, Handler, Web


class Channel:
    """A channel on the local web, five messages a page; `run` keeps the cursor of the last stored page."""

    def __init__(self, web: Web, client: HttpClient) -> None:
        self.web, self.client = web, client
        self.texts: dict[int, str] = {}
        self.cursor: Cursor = {}
        self.source = make_source(platform="telegram", address=web.url("/s/border_news"), kind="channel")
        web.routes["/s/border_news"] = self.answer

    def answer(self, handler: Handler) -> Answer:
        before = int(handler.path.partition("before=")[2] or 10**9)
        shown = [message(n, text=text) for n, text in sorted(self.texts.items()) if n < before][-5:]
        return Answer(body=page(*shown), headers={"Content-Type": "text/html; charset=utf-8"})

    def publish(self, *numbers: int) -> None:
        self.texts |= {number: f"Text {number}" for number in numbers}

    def run(self, *, pages: int | None = None) -> list[int]:
        """Ids of the messages that a run brings, killed after so many pages."""
        stored = []
        for found in CONNECTOR.fetch(self.source, self.cursor, self.client):
            stored.append(found)
            self.cursor = found.cursor
            if len(stored) == pages:
                break
        items = drafts(parse_all(CONNECTOR, stored, self.source))
        return [int(item.native_id.split("/")[1]) for item in items]


@pytest.fixture
def channel(web: Web, client: HttpClient) -> Channel:
    return Channel(web, client)


def test_first_visit_reads_five_pages_back(channel: Channel) -> None:
    channel.publish(*range(1, 101))
    assert sorted(channel.run()) == list(range(76, 101))
    assert channel.web.paths() == ["/s/border_news", *(f"/s/border_news?before={n}" for n in (96, 91, 86, 81))]


def test_later_visits_read_down_to_the_last_known_message(channel: Channel) -> None:
    channel.publish(*range(1, 11))
    channel.run()
    channel.publish(*range(11, 24))
    assert set(channel.run()) >= set(range(11, 24))
    assert len(channel.run()) == 5  # a quiet channel: the newest page only


def test_killed_run_goes_on_where_it_was_though_the_channel_went_on(channel: Channel) -> None:
    channel.publish(*range(1, 6))
    seen = set(channel.run())
    channel.publish(*range(6, 40))
    seen |= set(channel.run(pages=2))
    channel.publish(*range(40, 60))
    seen |= set(channel.run(pages=2))
    seen |= set(channel.run())
    assert seen == set(range(1, 60))


def test_edit_on_the_newest_page_is_seen_at_the_next_visit(channel: Channel) -> None:
    channel.publish(1, 2)
    channel.run()
    channel.texts[1] = "Changed"
    (found,) = CONNECTOR.fetch(channel.source, channel.cursor, channel.client)
    assert [item.text for item in drafts(list(CONNECTOR.parse(found.raws, channel.source)))] == ["Changed", "Text 2"]


def test_empty_channel_brings_nothing_and_is_no_fault(channel: Channel) -> None:
    assert channel.run() == []
    assert channel.cursor == {}


def test_channel_without_public_page_needs_a_person(channel: Channel) -> None:
    channel.web.routes["/s/border_news"] = Answer(status=302, headers={"Location": "/border_news"})
    channel.web.routes["/border_news"] = Answer(body=b'<div class="tgme_page_title">Border news</div>')
    with pytest.raises(
        Halt, match=r"has no public page: it is private, a group, gone, or misspelt.*correct the handle or retire"
    ):
        channel.run()


def test_page_of_something_else_is_stored_as_evidence_and_moves_nothing(channel: Channel) -> None:
    channel.publish(1, 2)
    channel.run()
    before = channel.cursor
    channel.web.routes["/s/border_news"] = Answer(body=b"<html><body>Checking your browser</body></html>")
    (found,) = CONNECTOR.fetch(channel.source, before, channel.client)
    (refusal,) = CONNECTOR.parse(found.raws, channel.source)
    assert refusal.reason == "not-a-channel-page"
    assert found.cursor == before


@pytest.mark.parametrize("odd", [b"<html><body>Checking your browser</body></html>", page(message(98), message(99))])
def test_older_page_that_is_none_leaves_the_gap_open(channel: Channel, odd: bytes) -> None:
    channel.publish(*range(1, 21))
    usual = channel.answer
    channel.web.routes["/s/border_news"] = lambda handler: Answer(body=odd) if "?" in handler.path else usual(handler)
    with pytest.raises(
        Retry, match=r"shows no messages below 16, as asked; the gap stays and is asked for again later"
    ):
        channel.run()
    channel.web.routes["/s/border_news"] = usual
    assert set(range(1, 16)) <= set(channel.run())


def test_handle_that_passed_to_another_channel_stops_the_source(channel: Channel) -> None:
    channel.publish(50, 51)
    channel.run()
    channel.texts.clear()
    body = page(message(3).replace("2021-10-18", "2021-12-01"))
    channel.web.routes["/s/border_news"] = Answer(body=body)
    with pytest.raises(Halt, match=r"another channel has taken this handle\. Check who it is"):
        channel.run()


def test_deleted_last_messages_are_no_other_channel(channel: Channel) -> None:
    channel.publish(1, 2, 3)
    channel.run()
    del channel.texts[3]
    assert channel.run() == [1, 2]
    assert channel.cursor["newest"] == 3


def test_pause_that_telegram_asks_for_reaches_the_stage(channel: Channel) -> None:
    channel.web.routes["/s/border_news"] = Answer(status=429, headers={"Retry-After": "30"})
    with pytest.raises(Retry) as caught:
        channel.run()
    assert caught.value.after_seconds == 30
