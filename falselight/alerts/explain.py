"""Why an incident is there and who was told: for `falselight alerts explain`."""

from __future__ import annotations

from collections.abc import Iterator

from falselight.alerts.findings import finding_from_dict
from falselight.alerts.incident_mail import why_fired
from falselight.alerts.load import RuleBook, load_book
from falselight.alerts.words import amount, moment, value_name
from falselight.state import State, incidents, outbox
from falselight.state.tables import IncidentRow, OutboxRow


def explain(state: State, incident_id: str, book: RuleBook | None = None) -> str:
    """The incident in plain words, one statement a line. Raises KeyError for an id that is not there."""
    with state.begin() as session:
        row = incidents.incident(session, incident_id)
        if row is None:
            known = ", ".join(item.id for item in incidents.open_incidents(session)[-5:]) or "none is open"
            raise KeyError(f"no incident {incident_id!r}; open ones: {known}")
        mails = outbox.mails(session, f"incident:{row.id}")
    return "\n".join([*_incident(row, book or load_book()), *map(_mail, mails)])


def _incident(row: IncidentRow, book: RuleBook) -> Iterator[str]:
    finding, rule = finding_from_dict(row.finding), book.rule(row.rule)
    yield f"{row.id}: {row.state}, severity {row.severity}, at most {amount(row.count, 'post')} in one window"
    yield f"from {moment(row.started_at)}, last found {moment(row.last_at)}"
    if rule is None:
        yield f"rule {row.rule} cannot be read any more; what it counted: {amount(finding.count, 'post')}"
    else:
        yield f"rule {rule.id}: {rule.question}"
        yield from why_fired(finding, rule)
    lures = [f"{value_name('lure', lure)} {count}" for lure, count in finding.lures]
    yield f"lures: {', '.join(lures) or 'none'}"
    yield f"newest posts: {', '.join(finding.posts)}"


def _mail(row: OutboxRow) -> str:
    if row.sent_at:
        became = f"sent {moment(row.sent_at)}"
    elif row.parked_at:
        became = f"parked {moment(row.parked_at)}: {row.last_error}"
    else:
        became = f"waits after {row.attempts} failed" + (f", the last: {row.last_error}" if row.last_error else "")
    return f"mail to {row.recipient} about {row.about.rpartition(':')[2]}: {became}"
