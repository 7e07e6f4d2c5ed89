"""Incidents in state: what rules found, told once per step. new → notified → (stepped → notified) → closed."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from falselight.state import audit
from falselight.state.tables import IncidentRow

UNTOLD = ("new", "stepped")


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What a rule found for one key. `started_at`: start of its window; `at`: when it was looked for."""

    rule: str
    key: str
    severity: str
    count: int
    started_at: datetime
    at: datetime
    finding: dict[str, Any]


def incident_id(rule: str, key: str, started_at: datetime) -> str:
    """The same for the same rule, key and day, so that finding twice makes nothing twice."""
    digest = hashlib.sha256(f"{len(rule)}:{rule}{len(key)}:{key}{started_at:%Y-%m-%d}".encode("utf-8", "replace"))
    return f"{rule[:40]}-{digest.hexdigest()[:12]}"


def note(session: Session, found: Found, severities: Sequence[str]) -> IncidentRow:
    """Open an incident, or join the open one of the same rule and key. `severities`: lowest first.

    Joining lets count and end grow; a severity that rises makes it `stepped`, to be told again.
    """
    row = _same(session, found)
    if row is None:
        return _open(session, found)
    if found.at >= row.last_at:  # a clock that jumped back brings nothing newer
        row.last_at = found.at
        if row.state not in UNTOLD or found.count >= row.count:  # the mail to come tells of the peak
            row.finding = found.finding
    row.count = max(row.count, found.count)
    if severities.index(found.severity) > severities.index(row.severity):
        _move(session, row, "new" if row.state == "new" else "stepped", f"{row.severity} → {found.severity}")
        row.severity = found.severity
    return row


def close_quiet(session: Session, row: IncidentRow, before: datetime) -> bool:
    """Close an incident that was told and had no finding since `before`; says whether it did."""
    quiet = row.state == "notified" and row.last_at < before
    if quiet:
        _move(session, row, "closed", "no finding any more")
    return quiet


def mark_notified(session: Session, row: IncidentRow) -> None:
    """Note that the mails of this step stand in the outbox; in the transaction that puts them there."""
    _move(session, row, "notified", row.severity)


def untold(session: Session) -> list[IncidentRow]:
    """Incidents with a step that nobody was told of, oldest first; locked for this transaction."""
    query = select(IncidentRow).where(IncidentRow.state.in_(UNTOLD)).order_by(IncidentRow.started_at, IncidentRow.id)
    return list(session.scalars(query.with_for_update()))


def open_incidents(session: Session) -> list[IncidentRow]:
    """Incidents that are not closed, oldest first."""
    query = select(IncidentRow).where(IncidentRow.state != "closed")
    return list(session.scalars(query.order_by(IncidentRow.started_at, IncidentRow.id)))


def incident(session: Session, wanted: str) -> IncidentRow | None:
    """The incident of an id; None where there is none."""
    return session.get(IncidentRow, wanted)


def _same(session: Session, found: Found) -> IncidentRow | None:
    same = select(IncidentRow).where(IncidentRow.rule == found.rule, IncidentRow.key == found.key)
    living = same.where(IncidentRow.state != "closed").order_by(IncidentRow.started_at.desc())
    row = session.scalars(living.limit(1).with_for_update()).first()
    # A closed one of the same day is met only when the clock was set back: it stays closed and is not told again.
    return row or session.get(IncidentRow, incident_id(found.rule, found.key, found.started_at), with_for_update=True)


def _open(session: Session, found: Found) -> IncidentRow:
    row = IncidentRow(
        id=incident_id(found.rule, found.key, found.started_at),
        rule=found.rule,
        key=found.key,
        state="new",
        severity=found.severity,
        started_at=found.started_at,
        last_at=found.at,
        count=found.count,
        finding=found.finding,
    )
    session.add(row)
    session.flush()
    audit.note(session, "incident", row.id, f"new, {row.severity}", who="falselight")
    return row


def _move(session: Session, row: IncidentRow, state: str, why: str) -> None:
    if row.state != state:
        audit.note(session, "incident", row.id, f"{row.state} → {state}: {why}", who="falselight")
    row.state = state
