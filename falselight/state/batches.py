"""Batches in state: what each stage has still to do, and where each source stands."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from falselight.state.tables import BatchRow, SourceRow


def source_row(session: Session, source_id: str) -> SourceRow:
    """The row of a source, made at first sight."""
    row = session.get(SourceRow, source_id, with_for_update=True)
    if row is None:
        row = SourceRow(id=source_id, cursor={}, next_batch=1)
        session.add(row)
        session.flush()
    return row


def batch_name(source_id: str, number: int) -> str:
    """Name of a batch in landing and evidence; a killed run comes to the same name again."""
    return f"{source_id}/{number:06d}"


def add_batch(session: Session, source: SourceRow, posts: int, collected_at: datetime) -> BatchRow:
    """Note the next batch of a source as stored."""
    row = BatchRow(
        name=batch_name(source.id, source.next_batch), source=source.id, posts=posts, collected_at=collected_at
    )
    source.next_batch += 1
    session.add(row)
    return row


def went_well(source: SourceRow, cursor: dict[str, Any], at: datetime) -> None:
    """Note that a page was fetched and stored."""
    source.cursor, source.last_ok_at, source.retry_at, source.last_error = cursor, at, None, None


def went_wrong(source: SourceRow, error: str, retry_at: datetime | None) -> None:
    """Note why a source could not be fetched; its cursor stays where it was."""
    source.last_error, source.retry_at = error, retry_at


def to_tag(session: Session) -> list[str]:
    """Names of batches that nobody has tagged, oldest first."""
    query = select(BatchRow.name).where(BatchRow.tagged_by.is_(None), BatchRow.posts > 0)
    return list(session.scalars(query.order_by(BatchRow.source, BatchRow.name)))


def to_link(session: Session) -> list[str]:
    """Names of tagged batches that nobody has linked, oldest first."""
    query = select(BatchRow.name).where(
        BatchRow.tagged_by.is_not(None), BatchRow.linked_by.is_(None), BatchRow.posts > 0
    )
    return list(session.scalars(query.order_by(BatchRow.source, BatchRow.name)))


def batch(session: Session, name: str) -> BatchRow:
    """The row of a batch, locked for this transaction."""
    row = session.get(BatchRow, name, with_for_update=True)
    if row is None:
        raise KeyError(name)
    return row
