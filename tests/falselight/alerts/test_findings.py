from __future__ import annotations

from datetime import timedelta

from falselight.alerts.findings import evaluate, finding_from_dict, finding_to_dict
from falselight.alerts.load import load_book
from falselight.index import Index
from tests.falselight.alerts.planting import NOW, burst, document, plant

(RULE,) = load_book().rules


def test_a_burst_is_counted_with_what_an_analyst_asks_next(index: Index) -> None:
    plant(
        index,
        *burst(12, channels=4, hours_ago=3),
        *burst(5, hours_ago=30, first=100),
        *burst(2, hours_ago=50, first=200),
    )
    (found,) = evaluate(RULE, index, NOW)
    assert (found.rule, found.field, found.key, found.severity) == (RULE.id, "corridor", "eastern-land", "high")
    assert (found.count, found.before, found.channels, found.texts) == (12, 5, 4, 12)
    assert found.lures == (("open-border", 12),)
    assert (found.window.start, found.window.end) == (NOW - timedelta(hours=24), NOW)


def test_the_window_is_half_open(index: Index) -> None:
    inside = burst(5, hours_ago=24)  # the first stands exactly on the start
    plant(index, *inside, document(50, at=NOW - timedelta(microseconds=1)), document(51, at=NOW))
    (found,) = evaluate(RULE, index, NOW)
    assert found.count == 6


def test_top_posts_are_the_newest_one_of_each_group_of_copies(index: Index) -> None:
    copies = burst(4, hours_ago=1, group="telegram-copies")
    others = [document(60 + n, at=NOW - timedelta(hours=2 + n), channel=f"other_{n}_example") for n in range(6)]
    plant(index, *copies, *others)
    (found,) = evaluate(RULE, index, NOW)
    assert list(found.posts) == [copies[-1].post.id, *(other.post.id for other in others[:4])]
    assert (found.count, found.texts) == (10, 7)
    assert found.copies[copies[-1].post.id] == 4
    assert found.copies[others[0].post.id] == 1


def test_hours_are_counted_from_the_start_of_the_window(index: Index) -> None:
    now = NOW + timedelta(minutes=23, seconds=31)
    times = [timedelta(minutes=1), timedelta(minutes=59), timedelta(minutes=61), timedelta(hours=23, minutes=59)]
    plant(index, *(document(n, at=now - time, channel=f"c{n}") for n, time in enumerate(times * 2)))
    (found,) = evaluate(RULE, index, now)
    assert found.hourly == (2, *[0] * 21, 2, 4)


def test_each_route_is_judged_for_itself(index: Index) -> None:
    plant(
        index,
        *burst(7),
        *burst(5, first=50, corridor="black-sea"),
        *burst(8, first=90, corridor="central-mediterranean"),
    )
    assert [found.key for found in evaluate(RULE, index, NOW)] == ["central-mediterranean", "eastern-land"]


def test_irrelevant_posts_reports_and_warnings_do_not_count(index: Index) -> None:
    plant(
        index, *burst(9, stance="reports"), *burst(9, first=50, stance="counters"), *burst(9, first=90, relevant="no")
    )
    plant(index, *burst(9, first=200, lures=(), narratives=("invasion",)))
    assert evaluate(RULE, index, NOW) == []


def test_a_finding_survives_storage(index: Index) -> None:
    plant(index, *burst(7))
    (found,) = evaluate(RULE, index, NOW)
    assert finding_from_dict(finding_to_dict(found)) == found


def test_a_finding_holds_no_text_and_no_person(index: Index) -> None:
    plant(index, *burst(7, kind="person", text="secret words of somebody"))
    (found,) = evaluate(RULE, index, NOW)
    stored = str(finding_to_dict(found))
    assert "secret" not in stored
    assert "person-" not in stored
