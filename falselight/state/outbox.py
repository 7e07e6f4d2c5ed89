"""The outbox: mails that stand here are sent at least once; the row's id is the mail's Message-ID."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from falselight.state import audit
from falselight.state.tables import OutboxRow

BACK_OFF_MINUTES = (1, 2, 4, 8, 16, 32, 60)  # then every hour: greylisting lets through after 1–15 minutes


@dataclass(frozen=True, slots=True, kw_only=True)
class Mail:
    """One mail to one recipient. `about`: the incident step or digest; `body`: the whole message as it will be sent."""

    id: str
    about: str
    recipient: str
    subject: str
    body: bytes
    created_at: datetime


def queue(session: Session, mails: Iterable[Mail]) -> int:
    """Put mails into the outbox; one that is there already stays as it is. Returns how many are new."""
    fresh = [mail for mail in mails if session.get(OutboxRow, mail.id) is None]
    for mail in fresh:
        row = OutboxRow(
            id=mail.id,
            about=mail.about,
            recipient=mail.recipient,
            subject=mail.subject,
            body=mail.body,
            created_at=mail.created_at,
            next_try_at=mail.created_at,
            attempts=0,
        )
        session.add(row)
    session.flush()
    return len(fresh)


def due(session: Session, now: datetime) -> list[str]:
    """Ids of mails to be tried now, oldest first."""
    # Never tried is due whatever its date says (a replay, a clock set back); nothing waits longer than the back-off.
    latest = now + timedelta(minutes=BACK_OFF_MINUTES[-1])
    ready = or_(OutboxRow.attempts == 0, OutboxRow.next_try_at <= now, OutboxRow.next_try_at > latest)
    query = select(OutboxRow.id).where(OutboxRow.sent_at.is_(None), OutboxRow.parked_at.is_(None), ready)
    return list(session.scalars(query.order_by(OutboxRow.created_at, OutboxRow.id)))


def mail(session: Session, message_id: str) -> OutboxRow | None:
    """The row of a mail that is neither sent nor parked; None otherwise."""
    row = session.get(OutboxRow, message_id)
    return row if row is not None and row.sent_at is None and row.parked_at is None else None


def mark_sent(session: Session, message_id: str, now: datetime) -> None:
    """Note that a server has taken the mail."""
    row = session.get(OutboxRow, message_id, with_for_update=True)
    if row is not None and row.sent_at is None:
        row.sent_at, row.last_error, row.attempts = now, None, row.attempts + 1


def mark_waiting(session: Session, message_id: str, error: str, now: datetime) -> None:
    """Note a try that may succeed later, and when to try again."""
    row = session.get(OutboxRow, message_id, with_for_update=True)
    if row is not None and row.sent_at is None:
        pause = BACK_OFF_MINUTES[min(row.attempts, len(BACK_OFF_MINUTES) - 1)]
        row.attempts, row.last_error, row.next_try_at = row.attempts + 1, error, now + timedelta(minutes=pause)


def park(session: Session, message_id: str, error: str, now: datetime) -> None:
    """Set a mail aside that no server will take; `release` is the way out."""
    row = session.get(OutboxRow, message_id, with_for_update=True)
    if row is not None and row.sent_at is None:
        row.attempts, row.last_error, row.parked_at = row.attempts + 1, error, now
        audit.note(session, "mail", message_id[:200], f"parked: {error}", who="falselight")


def release(session: Session, message_id: str) -> bool:
    """Try a parked mail again from the beginning; False where it is not parked."""
    row = session.get(OutboxRow, message_id, with_for_update=True)
    if row is None or row.parked_at is None or not row.body:
        return False
    row.parked_at, row.attempts = None, 0
    audit.note(session, "mail", message_id[:200], "released")
    return True


def waiting(session: Session) -> list[OutboxRow]:
    """Mails neither sent nor parked, oldest first."""
    query = select(OutboxRow).where(OutboxRow.sent_at.is_(None), OutboxRow.parked_at.is_(None))
    return list(session.scalars(query.order_by(OutboxRow.created_at, OutboxRow.id)))


def parked(session: Session) -> list[OutboxRow]:
    """Mails set aside, oldest first."""
    query = select(OutboxRow).where(OutboxRow.parked_at.is_not(None), OutboxRow.sent_at.is_(None))
    return list(session.scalars(query.order_by(OutboxRow.created_at, OutboxRow.id)))


def mails(session: Session, about: str | None = None) -> list[OutboxRow]:
    """All mails, oldest first. `about`: only those of one incident or digest, in all its steps."""
    query = select(OutboxRow).order_by(OutboxRow.created_at, OutboxRow.id)
    if about is not None:
        query = query.where(or_(OutboxRow.about == about, OutboxRow.about.startswith(f"{about}:", autoescape=True)))
    return list(session.scalars(query))


def empty(session: Session, message_id: str, why: str, now: datetime) -> None:
    """Take the text out of a mail (retention, erasure); one that was not sent yet is parked and cannot be sent."""
    row = session.get(OutboxRow, message_id, with_for_update=True)
    if row is not None and row.body:
        row.body = b""
        if row.sent_at is None:
            row.parked_at, row.last_error = now, why
        audit.note(session, "mail", message_id[:200], f"emptied: {why}", who="falselight")
