"""status: what every stage did and has still to do, and whether its counts add up."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from falselight.index import Query
from falselight.stages.house import House
from falselight.state import quarantine
from falselight.state.tables import BatchRow, IncidentRow, LeaseRow, OutboxRow, PostRow, SourceRow
from falselight.state.tallies import tallies


@dataclass(slots=True)
class Line:
    """Counts of one stage over one source: in = out + dropped + quarantined."""

    stage: str
    source: str
    seen: int
    out: dict[str, int] = field(default_factory=dict)
    dropped: dict[str, int] = field(default_factory=dict)
    quarantined: dict[str, int] = field(default_factory=dict)


@dataclass(slots=True)
class Status:
    """State of the house; JSON keys are stable. `waiting`: work that each stage has not done yet."""

    lines: list[Line]
    waiting: dict[str, int]
    posts: int
    indexed: int
    quarantine: list[dict[str, Any]]
    incidents: dict[str, int]
    mails: dict[str, int]
    leases: list[dict[str, str]]
    sources: list[dict[str, Any]]

    def to_dict(self) -> dict[str, Any]:
        """JSON-ready mapping."""
        return asdict(self)


def status(house: House) -> Status:
    """Read the state of everything. Raises Unbalanced when a stage's counts do not add up."""
    indexed = house.index.count(Query())
    with house.state.begin() as session:
        return Status(
            lines=[_line(tally.stage, tally.source, tally.seen, tally.outcomes) for tally in tallies(session)],
            waiting=_waiting(session),
            posts=_count(session, select(func.count(PostRow.id))),
            indexed=indexed,
            quarantine=_quarantine(session),
            incidents=_by_state(session),
            mails=_mails(session),
            leases=_leases(session),
            sources=_sources(session),
        )


def _line(stage: str, source: str, seen: int, outcomes: Any) -> Line:
    line = Line(stage, source, seen)
    for (outcome, reason), count in sorted(outcomes.items()):
        getattr(line, outcome)[reason or "done"] = count
    return line


def _count(session: Session, query: Any) -> int:
    return int(session.scalar(query) or 0)


def _waiting(session: Session) -> dict[str, int]:
    posts = select(func.coalesce(func.sum(BatchRow.posts), 0))
    return {
        "tag": _count(session, posts.where(BatchRow.tagged_by.is_(None))),
        "link": _count(session, posts.where(BatchRow.tagged_by.is_not(None), BatchRow.linked_by.is_(None))),
        "index": _count(session, select(func.count(PostRow.id)).where(PostRow.indexed < PostRow.version)),
    }


def _quarantine(session: Session) -> list[dict[str, Any]]:
    return [
        {"stage": r.stage, "source": r.source, "item": r.item, "reason": r.reason, "detail": r.detail,
         "evidence": r.evidence, "at": r.at.isoformat(), "times": r.times}
        for r in quarantine.open_items(session)
    ]  # fmt: skip


def _by_state(session: Session) -> dict[str, int]:
    query = (
        select(IncidentRow.state, func.count().label("incidents"))
        .group_by(IncidentRow.state)
        .order_by(IncidentRow.state)
    )
    return {row.state: row.incidents for row in session.execute(query)}


def _mails(session: Session) -> dict[str, int]:
    mails = select(func.count(OutboxRow.id))
    return {
        "sent": _count(session, mails.where(OutboxRow.sent_at.is_not(None))),
        "waiting": _count(session, mails.where(OutboxRow.sent_at.is_(None), OutboxRow.parked_at.is_(None))),
        "parked": _count(session, mails.where(OutboxRow.parked_at.is_not(None))),
    }


def _leases(session: Session) -> list[dict[str, str]]:
    rows = session.scalars(select(LeaseRow).where(LeaseRow.expires_at > datetime.now(UTC)).order_by(LeaseRow.name))
    return [{"name": row.name, "owner": row.owner, "until": row.expires_at.isoformat()} for row in rows]


def _sources(session: Session) -> list[dict[str, Any]]:
    return [
        {"id": r.id, "batches": r.next_batch - 1, "last_ok_at": r.last_ok_at.isoformat() if r.last_ok_at else None,
         "last_error": r.last_error, "retry_at": r.retry_at.isoformat() if r.retry_at else None,
         "stopped_at": r.stopped_at.isoformat() if r.stopped_at else None}
        for r in session.scalars(select(SourceRow).order_by(SourceRow.id))
    ]  # fmt: skip
