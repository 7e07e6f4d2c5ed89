"""Paging back without holes: whatever is killed, deleted or published meanwhile, each message is seen."""

from __future__ import annotations

import json
from dataclasses import dataclass, field

from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.telegram_cursor import MAX_GAPS, Gap, Progress

FIRST_PAGES = 3


@dataclass
class Channel:
    """A channel with growing ids (albums and deletions leave holes), shown `size` messages a page."""

    size: int
    ids: list[int] = field(default_factory=list)
    highest: int = 0

    def publish(self, steps: list[int]) -> None:
        for step in steps:
            self.highest += step
            self.ids.append(self.highest)

    def page(self, before: int | None = None) -> list[int]:
        return [number for number in self.ids if before is None or number < before][-self.size :]


@dataclass
class Reader:
    """Reads as the connector does; the cursor goes through JSON, and a page counts once its cursor is stored."""

    channel: Channel
    cursor: dict[str, object] = field(default_factory=dict)
    seen: set[int] = field(default_factory=set)

    def run(self, pages: int) -> int:
        """One run that is killed after so many stored pages; returns how many it stored."""
        newest = self.channel.page()
        if not newest or pages == 0:
            return 0
        progress = Progress.of(self.cursor).after_newest(newest, "", FIRST_PAGES)
        self._store(newest, progress)
        for number in range(1, pages):
            if not progress.gaps:
                return number
            older = self.channel.page(progress.gaps[0].before)
            progress = progress.after_older(older)
            self._store(older, progress)
        return pages

    def _store(self, ids: list[int], progress: Progress) -> None:
        self.seen.update(ids)
        self.cursor = json.loads(json.dumps(progress.cursor()))


messages = st.lists(st.integers(1, 4), max_size=60)
rounds = st.lists(st.tuples(messages, st.integers(0, 4), st.booleans()), max_size=30)


@settings(max_examples=200, deadline=None)
@given(size=st.integers(1, 20), before=messages, rounds=rounds)
def test_every_message_after_the_first_visit_is_seen_whatever_is_killed(size, before, rounds) -> None:
    channel = Channel(size)
    channel.publish([*before, 1])
    reader = Reader(channel)
    reader.run(1)
    history = set(channel.ids)
    for new, pages, delete in rounds:
        channel.publish(new)
        if delete and channel.ids:
            channel.ids.pop()
        reader.run(pages)
    assert reader.run(10_000) < 10_000, "a run must come to an end"
    assert set(channel.ids) - history <= reader.seen
    assert not (channel.ids and Progress.of(reader.cursor).gaps)


@settings(max_examples=100, deadline=None)
@given(
    size=st.integers(1, 20),
    before=st.lists(st.integers(1, 4), min_size=1, max_size=200),
    kills=st.lists(st.integers(1, 2), max_size=5),
)
def test_first_visit_reads_so_many_pages_back_and_no_further(size, before, kills) -> None:
    channel = Channel(size)
    channel.publish(before)
    reader = Reader(channel)
    for pages in kills:
        reader.run(pages)
    reader.run(10_000)
    assert reader.seen == set(channel.ids[-size * FIRST_PAGES :])


def test_quiet_channel_costs_one_page_a_run() -> None:
    channel = Channel(20)
    channel.publish([1] * 100)
    reader = Reader(channel)
    reader.run(100)
    assert reader.run(100) == 1


def test_many_killed_runs_leave_a_short_list_of_gaps_without_forgetting_any() -> None:
    channel = Channel(5)
    channel.publish([1] * 13)
    reader = Reader(channel)
    for _ in range(3 * MAX_GAPS):
        reader.run(1)
        assert len(Progress.of(reader.cursor).gaps) <= MAX_GAPS
        channel.publish([1] * 12)
    reader.run(10_000)
    assert reader.seen == set(channel.ids[13 - 5 :])  # but for the first visit's look back, which promises nothing


def test_gap_closes_when_nothing_older_is_shown() -> None:
    progress = Progress(50, "", (Gap(before=30, until=10), Gap(before=8, until=2)))
    assert progress.after_older([]).gaps == (Gap(before=8, until=2),)
    assert progress.after_older([11, 29]).gaps == (Gap(before=8, until=2),)
    assert progress.after_older([12, 29]).gaps == (Gap(before=12, until=10), Gap(before=8, until=2))
