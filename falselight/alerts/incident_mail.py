"""The mail about one step of one incident."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from falselight.alerts import chart
from falselight.alerts.findings import Finding, finding_from_dict
from falselight.alerts.links import search_link
from falselight.alerts.mail import Letter
from falselight.alerts.quotes import Quote, quotes_of
from falselight.alerts.render import render_html, render_text
from falselight.alerts.rules import Filters, Rule
from falselight.alerts.words import amount, answer_to, change, compared, document_title, listed, moment, value_name
from falselight.index import Index
from falselight.state.tables import IncidentRow


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentPage:
    """What the templates of an incident show; everything in words already."""

    incident: str
    severity: str
    risen: bool
    headline: str
    period: str
    fired: tuple[str, ...]
    figures: tuple[tuple[str, str], ...]
    chart_words: str
    lures: tuple[tuple[str, int], ...]
    languages: str
    answer: str | None
    answers_what: str
    facts: tuple[str, ...]
    quotes: tuple[Quote, ...]
    search: str
    rule: Rule
    document: str


def about_of(row: IncidentRow) -> str:
    """What the mails of the incident's present step are about: each is told once."""
    return f"incident:{row.id}:{row.severity}"


def incident_letter(row: IncidentRow, rule: Rule, index: Index, page_url: str) -> Letter:
    """The mail for the step that nobody was told of yet. Raises what the index raises."""
    finding = finding_from_dict(row.finding)
    page = incident_page(row, finding, rule, index, page_url)
    return Letter(
        about=about_of(row),
        subject=subject(row, finding),
        text=render_text("incident", page=page),
        html=render_html("incident", page=page, title=page.headline),
        chart=chart.hourly_png(finding.hourly, finding.before, finding.window),
        chart_name=chart.FILE_NAME,
        created_at=finding.end,
        thread=row.id,
        headers={"X-Falselight-Incident": row.id, "X-Falselight-Rule": rule.id},
    )


def subject(row: IncidentRow, finding: Finding) -> str:
    """Severity, how much, what, where, since when: `[high] 17 posts: open-border · Eastern land border · 24 h`."""
    what = ", ".join(lure for lure, _ in finding.lures[:2])
    many = amount(finding.count, "post") + (" and rising" if row.state == "stepped" else "")
    where = value_name(finding.field, finding.key)
    return f"[{row.severity}] {many}{': ' if what else ''}{what} · {where} · {finding.hours} h"


def incident_page(row: IncidentRow, finding: Finding, rule: Rule, index: Index, page_url: str) -> IncidentPage:
    """Everything that the mail says."""
    top = finding.lures[0][0] if finding.lures else ""
    answer, facts = answer_to(top) or (None, ())
    filters: Filters = {**rule.query.filters(), finding.field: (finding.key,)}
    return IncidentPage(
        incident=row.id,
        severity=row.severity,
        risen=row.state == "stepped",
        headline=rule.headline.format(posts=amount(finding.count, "post"), key=value_name(finding.field, finding.key)),
        period=f"{finding.hours} hours to {moment(finding.end)}",
        fired=tuple(why_fired(finding, rule)),
        figures=_figures(finding),
        chart_words=chart.in_words(finding.hourly, finding.before, finding.window),
        lures=tuple((value_name("lure", lure), count) for lure, count in finding.lures),
        languages=_named("language", finding.languages),
        answer=answer.content if answer else None,
        answers_what=value_name("lure", top),
        facts=facts,
        quotes=tuple(quotes_of(index, finding.posts, finding.copies, page_url)),
        search=search_link(page_url, filters, finding.window),
        rule=rule,
        document=document_title(rule.source.document),
    )


def why_fired(finding: Finding, rule: Rule) -> Iterable[str]:
    """The reason of an incident in plain sentences."""
    where = value_name(finding.field, finding.key)
    found = f"{amount(finding.count, 'post')} in {amount(finding.channels, 'channel')} matched for “{where}”"
    before = f"in the {finding.hours} hours before {compared(finding.count, finding.before)}"
    yield f"{found} in the {finding.hours} hours to {moment(finding.end)}; {before}."
    if finding.texts < finding.count:
        yield f"Copies counted once, these are {amount(finding.texts, 'different text')}."
    least = f"{amount(rule.detector.count, 'post')} in {amount(rule.min_channels, 'channel')}"
    steps = listed([f"{name} from {count}" for name, count in rule.severity.items()])
    yield f"The rule asks for at least {least} within {rule.detector.window_hours} hours ({steps})."


def _figures(finding: Finding) -> tuple[tuple[str, str], ...]:
    return (
        (f"{finding.count:,}", f"posts in {finding.hours} h"),
        (change(finding.count, finding.before), f"against {finding.before:,} before"),
        (f"{finding.texts:,}", "different texts" if finding.texts != 1 else "different text"),
        (f"{finding.channels:,}", "channels" if finding.channels != 1 else "channel"),
    )


def _named(field: str, counted: Iterable[tuple[str, int]]) -> str:
    return ", ".join(f"{value_name(field, value)} {count:,}" for value, count in counted)
