"""Evaluating rules: counts of the last hours in the index → findings. Reads only; watch.py says what comes of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import islice
from typing import Any

from pydantic import TypeAdapter

from falselight.alerts.rules import Grouped, Rule, Severity
from falselight.index import Document, Field, Index, Query
from falselight.window import Window

MAX_KEYS = 1_000  # values of one field that are looked at; routes, languages and outlets are far fewer
TOP_POSTS = 5
TOP_LURES = 4
PAGE_POSTS = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What one rule found for one key in one window; numbers and ids only, no text of posts.

    `before`: posts in the window of the same length just before. `texts`: different texts, copies counted once.
    `copies`: post id → posts of its group of copies in the window. `hourly`: posts per hour.
    """

    rule: str
    field: Grouped
    key: str
    start: datetime
    end: datetime
    severity: Severity
    count: int
    before: int
    texts: int
    channels: int
    lures: tuple[tuple[str, int], ...]
    languages: tuple[tuple[str, int], ...]
    posts: tuple[str, ...]
    copies: dict[str, int]
    hourly: tuple[int, ...]

    @property
    def window(self) -> Window:
        """The window in which the posts were counted."""
        return Window(self.start, self.end)

    @property
    def hours(self) -> int:
        """Length of the window in hours."""
        return round(self.window.length.total_seconds() / 3600)


_FINDING = TypeAdapter(Finding)


def finding_to_dict(finding: Finding) -> dict[str, Any]:
    """JSON-ready mapping of a finding, as incidents keep it."""
    data: dict[str, Any] = _FINDING.dump_python(finding, mode="json")
    return data


def finding_from_dict(data: dict[str, Any]) -> Finding:
    """A finding from its mapping."""
    return _FINDING.validate_python(data)


def evaluate(rule: Rule, index: Index, now: datetime) -> list[Finding]:
    """The findings of a rule over [now − its window, now), by publication time, most posts first."""
    window = Window.before(now, timedelta(hours=rule.detector.window_hours))
    every = Query(filters=rule.query.filters(), window=window)
    keys = index.terms(every, rule.group_by, size=MAX_KEYS)
    found = (_judge(rule, index, every, key, count) for key, count in keys if count >= rule.detector.count)
    return [finding for finding in found if finding is not None]


def _judge(rule: Rule, index: Index, every: Query, key: str, count: int) -> Finding | None:
    query = narrowed(every, rule.group_by, key)
    channels = len(index.terms(query, "channel", size=MAX_KEYS))
    severity = rule.severity_of(count)
    if channels < rule.min_channels or severity is None or query.window is None:
        return None
    earlier = replace(query, window=query.window.previous())
    groups = dict(index.terms(query, "group", size=MAX_KEYS))
    posts = list(islice(one_per_group(index, query), TOP_POSTS))
    return Finding(
        rule=rule.id,
        field=rule.group_by,
        key=key,
        start=query.window.start,
        end=query.window.end,
        severity=severity,
        count=count,
        before=index.count(earlier),
        texts=count - sum(groups.values()) + len(groups),
        channels=channels,
        lures=tuple(index.terms(query, "lure", size=TOP_LURES)),
        languages=tuple(index.terms(query, "language", size=TOP_LURES)),
        posts=tuple(document.post.id for document in posts),
        copies={document.post.id: groups.get(document.group or "", 1) for document in posts},
        hourly=hourly(index, query),
    )


def narrowed(query: Query, name: Field, key: str) -> Query:
    """The query for one value of a field only."""
    return replace(query, filters={**query.filters, name: (key,)})


def one_per_group(index: Index, query: Query) -> Iterator[Document]:
    """The posts that match, newest first, the newest one only of each group of copies."""
    seen: set[str] = set()
    after: str | None = None
    while True:
        page = index.search(query, size=PAGE_POSTS, after=after)
        for document in (hit.document for hit in page.hits):
            group = document.group or document.post.id
            if group not in seen:
                seen.add(group)
                yield document
        after = page.after
        if after is None:
            return


def hourly(index: Index, query: Query) -> tuple[int, ...]:
    """Posts per hour of the query's window, counted from its start, empty hours as 0."""
    if query.window is None:
        raise ValueError("a series per hour needs a window")
    start, length = query.window.start, query.window.length
    counts = [0] * -(-length // timedelta(hours=1))
    # The index counts from full hours; minutes are fine enough to put together hours that start with the window.
    for moment, count in index.histogram(query, timedelta(minutes=1)):
        counts[max(0, min((moment - start) // timedelta(hours=1), len(counts) - 1))] += count
    return tuple(counts)
