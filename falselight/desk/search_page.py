"""What the search page shows: hits in short, the time line, chosen filters."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from markupsafe import Markup

from falselight.charts import histogram_svg, step_text
from falselight.desk import labels
from falselight.desk.asked import Asked
from falselight.desk.facets import Facet, facets
from falselight.desk.marking import Mark, Piece, excerpt, pieces
from falselight.index import BadQuery, Document, Field, Hit, Index, Query
from falselight.window import Window

PAGE_SIZE = 20
_BADGES: tuple[Field, ...] = ("stance", "lure", "narrative", "corridor", "route")
_HOUR, _DAY = timedelta(hours=1), timedelta(days=1)
# Steps of time with the most bars that each may have: days are what analysts think in, hours only for the last two.
_STEPS = ((_HOUR, 48), (6 * _HOUR, 20), (_DAY, 110), (7 * _DAY, 110), (28 * _DAY, 110), (364 * _DAY, 200))
_WIDE_PX, _NARROW_PX = 860, 330


@dataclass(frozen=True, slots=True, kw_only=True)
class Badge:
    """A label on a post. `kind` and `value` choose its look."""

    kind: str
    value: str
    title: str
    hint: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A hit in the list. `language` is the tag that a browser reads (`lang`); None where it is unknown."""

    document: Document
    heading: list[Piece]
    excerpt: list[Piece]
    language: str | None
    language_title: str
    publisher: str
    badges: list[Badge]
    copies: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Chip:
    """A chosen filter, and the address of the search without it."""

    field: str
    title: str
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchPage:
    """Everything that the template needs."""

    asked: Asked
    total: int
    lines: list[Line]
    facets: list[Facet]
    charts: list[Markup]
    chips: list[Chip]
    spans: list[tuple[str, str, bool]]
    older: str | None
    words_only: str


def search_page(index: Index, asked: Asked, today: date) -> SearchPage:
    """The answer to a search. Raises BadQuery."""
    sides = facets(index, asked)
    results = index.search(asked.query(), size=PAGE_SIZE, after=asked.after)
    return SearchPage(
        asked=asked,
        total=results.total,
        lines=[line(hit) for hit in results.hits],
        facets=sides,
        charts=_charts(index, asked.query()),
        chips=list(_chips(asked)),
        spans=list(_spans(asked, today)),
        older=asked.url(after=results.after) if results.after else None,
        words_only=Asked(text=asked.text).url(),
    )


def line(hit: Hit) -> Line:
    """A hit as the list shows it: title or first words, then the passage where the words were found."""
    post = hit.document.post
    marks = [Mark(start=start, end=end, kind="found") for start, end in hit.highlights]
    language = next(iter(hit.document.values("language")), post.language_hint)
    text_start = len(post.title) + 2 if post.title else 0
    return Line(
        document=hit.document,
        heading=pieces(post.full_text, marks, 0, len(post.title)) if post.title else [],
        excerpt=excerpt(post.full_text, marks, text_start),
        language=language,
        language_title=labels.language(language) if language else "language unknown",
        publisher=publisher(hit.document),
        badges=list(badges(hit.document)),
        copies=len(hit.document.links),
    )


def publisher(document: Document) -> str:
    """Who published: the name of an outlet, office or channel; never anything of a private person."""
    author = document.post.author
    return labels.author_kind("person") if author.kind == "person" else author.name or author.key


def badges(document: Document) -> Iterator[Badge]:
    """Labels worth a glance; irrelevance is said first, for then there is nothing else."""
    if "no" in document.values("relevant")[:1]:
        yield Badge(kind="relevant", value="no", title=labels.title("relevant", "no"), hint="")
    for kind in _BADGES:
        for value in document.values(kind):
            hint = labels.definition(kind, value)
            yield Badge(kind=kind, value=value, title=labels.title(kind, value), hint=hint)


def _chips(asked: Asked) -> Iterator[Chip]:
    for name, values in asked.filters.items():
        for value in values:
            url = asked.without(name, value).url()
            yield Chip(field=labels.FIELD_TITLES[name], title=labels.title(name, value), url=url)
    if asked.day_from or asked.day_to:
        days = f"{asked.day_from or '…'} – {asked.day_to or '…'}"
        yield Chip(field="Days", title=days, url=asked.since(None, None).url())


def _spans(asked: Asked, today: date) -> Iterator[tuple[str, str, bool]]:
    """Usual spans of time: name, address, whether it is the one in force."""
    for name, days in (("Today", 1), ("7 days", 7), ("30 days", 30)):
        other = asked.since(today - timedelta(days=days - 1), today)
        yield name, other.url(), (other.day_from, other.day_to) == (asked.day_from, asked.day_to)
    yield "All", asked.since(None, None).url(), asked.day_from is None and asked.day_to is None


def _charts(index: Index, query: Query) -> list[Markup]:
    """The time line twice, wide and narrow: a drawing that is scaled down has letters that nobody can read."""
    series = _series(index, query)
    if not series:
        return []
    title = f"Posts per {step_text(series[1][0] - series[0][0] if len(series) > 1 else _DAY)}"
    return [
        Markup(histogram_svg(series, title=title, width=width, height=height))  # noqa: S704 - our own SVG
        for width, height in ((_WIDE_PX, 170), (_NARROW_PX, 150))
    ]


def _series(index: Index, query: Query) -> list[tuple[datetime, int]]:
    """Counts in the shortest step that gives few enough bars."""
    for step, most in _STEPS:
        try:
            series = _padded(index.histogram(query, step), step, query.window)
        except BadQuery:  # too many steps
            continue
        if len(series) <= most:
            return series
    return []


def _padded(series: list[tuple[datetime, int]], step: timedelta, window: Window | None) -> list[tuple[datetime, int]]:
    """The series over the whole window where that is a year or less: days without posts are an answer as well."""
    if not series or window is None or window.length > 366 * _DAY:
        return series
    first, last = series[0][0], series[-1][0]
    before = int(max(first - window.start, timedelta(0)) / step)
    after = int(max(window.end - last - step, timedelta(0)) / step)
    head = [(first - step * n, 0) for n in range(before, 0, -1)]
    return [*head, *series, *((last + step * n, 0) for n in range(1, after + 1))]
