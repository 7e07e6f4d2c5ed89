"""The figures of a digest: what is new in its window against the window before."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import islice

from falselight.alerts.findings import hourly, one_per_group
from falselight.alerts.rules import Digest, Filters, Grouped, PostList, Table
from falselight.index import Document, Index, Query
from falselight.window import Window


@dataclass(frozen=True, slots=True, kw_only=True)
class Edition:
    """One issue of a digest: the day it is for and the window that it tells of, which ends at its hour."""

    digest: Digest
    day: str
    window: Window

    @property
    def about(self) -> str:
        """What its mails are about: each edition is sent once."""
        return f"digest:{self.digest.id}:{self.day}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line of a table: a value of an index field, its posts now and in the window before."""

    field: Grouped
    value: str
    now: int
    before: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """All that is counted. `collected`: posts of any kind; `relevant`: posts that the digest is about."""

    collected: int
    relevant: int
    relevant_before: int
    tables: tuple[tuple[str, tuple[Line, ...]], ...]
    posts: tuple[tuple[str, tuple[tuple[Document, int], ...]], ...]
    hourly: tuple[int, ...]


def edition_due(digest: Digest, now: datetime) -> Edition:
    """The newest edition whose hour has come: after a downtime one mail, not thirty."""
    local = now.astimezone(digest.zone)
    hour = local.replace(hour=digest.hour, minute=0, second=0, microsecond=0)
    if hour > local:
        hour -= timedelta(days=1)  # by the wall clock, so also over the change to summer time
    window = Window.before(hour.astimezone(UTC), timedelta(hours=digest.window_hours))
    return Edition(digest=digest, day=f"{hour:%Y-%m-%d}", window=window)


def count_edition(edition: Edition, index: Index) -> Figures:
    """Everything that the edition tells. Raises what the index raises."""
    digest, window = edition.digest, edition.window
    query = Query(filters=digest.query.filters(), window=window)
    earlier = replace(query, window=window.previous())
    return Figures(
        collected=index.count(Query(window=window)),
        relevant=index.count(query),
        relevant_before=index.count(earlier),
        tables=tuple((table.title, tuple(_lines(index, query, table))) for table in digest.tables),
        posts=tuple(_posts(index, query, digest.posts)),
        hourly=hourly(index, query),
    )


def _lines(index: Index, query: Query, table: Table) -> Iterator[Line]:
    narrow = _also(query, table.query.filters())
    if narrow.window is None:
        return
    earlier = replace(narrow, window=narrow.window.previous())
    for value, count in index.terms(narrow, table.field, size=table.rows):
        one = replace(earlier, filters={**earlier.filters, table.field: (value,)})
        yield Line(field=table.field, value=value, now=count, before=index.count(one))


def _posts(
    index: Index, query: Query, lists: tuple[PostList, ...]
) -> Iterator[tuple[str, tuple[tuple[Document, int], ...]]]:
    for wanted in lists:
        narrow = _also(query, wanted.query.filters())
        groups = dict(index.terms(narrow, "group", size=1_000))
        newest = islice(one_per_group(index, narrow), wanted.at_most)
        yield wanted.title, tuple((document, groups.get(document.group or "", 1)) for document in newest)


def _also(query: Query, filters: Filters) -> Query:
    return replace(query, filters={**query.filters, **filters})
