from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from falselight.alerts.digest import count_edition, edition_due
from falselight.alerts.load import load_book
from falselight.index import Index
from falselight.stages.alert import alert_all
from falselight.stages.house import House
from tests.falselight.alerts.planting import NOW, burst, document, many_languages, plant
from tests.servers.smtp import MailBox

(DIGEST,) = load_book().digests
DUE = datetime(2021, 11, 8, 6, 0, tzinfo=UTC)  # seven o'clock in Brussels, in winter


@pytest.mark.parametrize(
    ("now", "day", "end"),
    [
        (DUE, "2021-11-08", DUE),
        (DUE - timedelta(seconds=1), "2021-11-07", DUE - timedelta(days=1)),
        (DUE + timedelta(hours=23), "2021-11-08", DUE),
        (datetime(2021, 7, 1, 5, 0, tzinfo=UTC), "2021-07-01", datetime(2021, 7, 1, 5, 0, tzinfo=UTC)),
        (datetime(2021, 10, 31, 6, 0, tzinfo=UTC), "2021-10-31", datetime(2021, 10, 31, 6, 0, tzinfo=UTC)),
        (datetime(2021, 10, 31, 5, 30, tzinfo=UTC), "2021-10-30", datetime(2021, 10, 30, 5, 0, tzinfo=UTC)),
        (datetime(2021, 3, 28, 4, 59, tzinfo=UTC), "2021-03-27", datetime(2021, 3, 27, 6, 0, tzinfo=UTC)),
    ],
)
def test_the_edition_is_the_last_one_due_by_the_clock_of_its_zone(now: datetime, day: str, end: datetime) -> None:
    edition = edition_due(DIGEST, now)
    assert (edition.day, edition.window.end, edition.window.length) == (day, end, timedelta(hours=24))


def test_counts_are_those_of_the_window_against_the_day_before(index: Index) -> None:
    plant(index, *many_languages())
    figures = count_edition(edition_due(DIGEST, NOW), index)
    assert (figures.collected, figures.relevant, figures.relevant_before) == (25, 25, 5)
    tables = {title: [(line.value, line.now, line.before) for line in lines] for title, lines in figures.tables}
    assert tables["Routes"] == [("eastern-land", 20, 5), ("central-mediterranean", 2, 0)]
    assert tables["Narratives told about them"] == [("eu-hostile", 4, 0), ("regime-benefactor", 4, 0)]
    assert tables["What the posts do"] == [("promotes", 22, 5), ("counters", 3, 0)]
    assert sum(figures.hourly) == 25


def test_text_to_migrants_and_text_about_them_are_quoted_apart(index: Index) -> None:
    plant(index, *many_languages())
    figures = count_edition(edition_due(DIGEST, NOW), index)
    (_, to), (_, about) = figures.posts
    assert (len(to), len(about)) == (5, 3)
    assert all(document.values("lure") for document, _ in to)
    assert all(document.values("narrative") for document, _ in about)


def test_one_digest_a_day_for_each_receiver(house: House, mailbox: MailBox) -> None:
    plant(house.index, *burst(3, hours_ago=4))
    for minutes in (0, 5, 60 * 10):
        alert_all(house, NOW + timedelta(minutes=minutes))
    subjects = [item.message["Subject"] for item in mailbox.received]
    assert subjects == ["[daily] 3 posts (new) · 8 Nov"] * 2
    alert_all(house, NOW + timedelta(days=1))
    assert [item.message["Subject"] for item in mailbox.received][2:] == ["[daily] nothing new · 9 Nov"] * 2


def test_days_of_downtime_are_caught_up_with_one_digest(house: House, mailbox: MailBox) -> None:
    alert_all(house, NOW)
    alert_all(house, NOW + timedelta(days=30))
    assert len(mailbox.received) == 4


def test_an_empty_digest_says_so_in_one_line(house: House, mailbox: MailBox) -> None:
    plant(house.index, document(1, relevant="no"), *burst(2, hours_ago=30))
    alert_all(house, NOW)
    text = mailbox.received[0].message.get_body(("plain",))
    assert text is not None
    period = "Nothing new in the 24 hours to 8 Nov 2021, 06:00 UTC"
    figures = "no relevant post among 1 collected post (the time before: 2); 0 incidents open."
    assert text.get_content().splitlines() == [f"{period}: {figures}"]


def test_a_digest_of_nothing_at_all_asks_to_look_at_the_sources(house: House, mailbox: MailBox) -> None:
    alert_all(house, NOW)
    text = mailbox.received[0].message.get_body(("plain",))
    assert text is not None
    assert "falselight sources health" in text.get_content()


def test_open_incidents_stand_in_the_digest(house: House, mailbox: MailBox) -> None:
    plant(house.index, *burst(12))
    alert_all(house, NOW)
    (digest,) = [
        item.message
        for item in mailbox.received
        if "X-Falselight-Digest" in item.message and item.recipients == ("bo@eeas.example",)
    ]
    assert digest["Subject"] == "[daily] 12 posts (new), 1 incident open · 8 Nov"
    text = digest.get_body(("plain",))
    assert text is not None
    assert "[high] Lures on one route: Eastern land border, 12 posts in the last 24" in text.get_content()
