"""The mail of one digest edition."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from falselight.alerts import chart
from falselight.alerts.digest import Edition, Figures, Line, count_edition
from falselight.alerts.findings import finding_from_dict
from falselight.alerts.links import search_link
from falselight.alerts.load import RuleBook
from falselight.alerts.mail import Letter
from falselight.alerts.quotes import Quote, quote
from falselight.alerts.render import render_html, render_text
from falselight.alerts.rules import Filters
from falselight.alerts.words import amount, change, compared, moment, value_name
from falselight.index import Index
from falselight.state.tables import IncidentRow


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenIncident:
    """An incident that is still going on, in words."""

    severity: str
    title: str
    since: str
    count: str
    link: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DigestPage:
    """What the templates of a digest show. `nothing`: the one line of an empty digest, None for any other.

    `tables`: titles with rows of name, posts now, change, link to the search.
    """

    headline: str
    nothing: str | None
    period: str
    compared: str
    tables: tuple[tuple[str, tuple[tuple[str, str, str, str], ...]], ...]
    quotes: tuple[tuple[str, tuple[Quote, ...]], ...]
    incidents: tuple[OpenIncident, ...]
    chart_words: str
    search: str
    edition: Edition


def digest_letter(
    edition: Edition, index: Index, book: RuleBook, open_ones: list[IncidentRow], page_url: str
) -> Letter:
    """The mail of an edition. `open_ones`: the incidents that are not closed. Raises what the index raises."""
    figures = count_edition(edition, index)
    incidents = [_incident(row, book, page_url) for row in open_ones]
    page = digest_page(edition, figures, incidents, page_url)
    name = "digest" if page.nothing is None else "nothing"
    picture = (
        chart.hourly_png(figures.hourly, figures.relevant_before, edition.window) if page.nothing is None else None
    )
    return Letter(
        about=edition.about,
        subject=subject(edition, figures, incidents),
        text=render_text(name, page=page),
        html=render_html(name, page=page, title=page.headline),
        chart=picture,
        chart_name=chart.FILE_NAME,
        created_at=edition.window.end,
        thread=edition.digest.id,
        headers={"X-Falselight-Digest": f"{edition.digest.id}/{edition.day}"},
    )


def subject(edition: Edition, figures: Figures, incidents: list[OpenIncident]) -> str:
    """`[daily] 42 posts (+17), 2 incidents open · 8 Nov`, or that there is nothing new."""
    day = _day(edition)
    still = f", {amount(len(incidents), 'incident')} open" if incidents else ""
    if not figures.relevant:
        return f"[{edition.digest.title}] nothing new{still} · {day}"
    many = f"{amount(figures.relevant, 'post')} ({change(figures.relevant, figures.relevant_before)})"
    return f"[{edition.digest.title}] {many}{still} · {day}"


def digest_page(edition: Edition, figures: Figures, incidents: list[OpenIncident], page_url: str) -> DigestPage:
    """Everything that the mail says."""
    window, filters = edition.window, edition.digest.query.filters()
    hours = edition.digest.window_hours
    tables = zip(edition.digest.tables, figures.tables, strict=True)
    asked = [(title, lines, {**filters, **table.query.filters()}) for table, (title, lines) in tables]
    return DigestPage(
        headline=f"{_day(edition)}: {amount(figures.relevant, 'relevant post')}",
        nothing=None if figures.relevant else _nothing(edition, figures, len(incidents)),
        period=f"{hours} hours to {moment(window.end)}",
        compared=f"In the {hours} hours before {compared(figures.relevant, figures.relevant_before)}.",
        tables=tuple((title, tuple(_rows(lines, query, edition, page_url))) for title, lines, query in asked),
        quotes=tuple(
            (title, tuple(quote(d, page_url, n) for d, n in posts)) for title, posts in figures.posts if posts
        ),
        incidents=tuple(incidents),
        chart_words=chart.in_words(figures.hourly, figures.relevant_before, window),
        search=search_link(page_url, filters, window),
        edition=edition,
    )


def _nothing(edition: Edition, figures: Figures, incidents: int) -> str:
    period = f"Nothing new in the {edition.digest.window_hours} hours to {moment(edition.window.end)}"
    among = amount(figures.collected, "collected post")
    before = f"no relevant post among {among} (the time before: {figures.relevant_before:,})"
    if not figures.collected:
        before = "no post at all was collected, so look whether the sources answer: falselight sources health"
    return f"{period}: {before}; {amount(incidents, 'incident')} open."


def _rows(
    lines: Iterable[Line], filters: Filters, edition: Edition, page_url: str
) -> Iterable[tuple[str, str, str, str]]:
    for line in lines:
        narrowed: Filters = {**filters, line.field: (line.value,)}
        link = search_link(page_url, narrowed, edition.window)
        yield value_name(line.field, line.value), f"{line.now:,}", change(line.now, line.before), link


def _incident(row: IncidentRow, book: RuleBook, page_url: str) -> OpenIncident:
    finding, rule = finding_from_dict(row.finding), book.rule(row.rule)
    filters: Filters = {**(rule.query.filters() if rule else {}), finding.field: (finding.key,)}
    return OpenIncident(
        severity=row.severity,
        title=f"{rule.title if rule else row.rule}: {value_name(finding.field, finding.key)}",
        since=moment(row.started_at, year=False),
        count=f"{amount(finding.count, 'post')} in the last {finding.hours} hours",
        link=search_link(page_url, filters, finding.window),
    )


def _day(edition: Edition) -> str:
    day = datetime.fromisoformat(edition.day)
    return f"{day.day} {day:%b}"
