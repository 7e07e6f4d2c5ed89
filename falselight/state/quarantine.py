"""Quarantine: items set aside with reason, place and evidence; nothing is lost silently."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from falselight.state.tables import QuarantineRow

DETAIL_CHARS = 500  # details may quote input; a whole body has no place in a table


@dataclass(frozen=True, slots=True, kw_only=True)
class SetAside:
    """One item to be set aside. `item` is the platform's own id, kept only as hash: it may hold a person's handle."""

    stage: str
    source: str
    item: str
    reason: str
    detail: str = ""
    evidence: str | None = None


def set_aside(session: Session, items: Iterable[SetAside], at: datetime) -> None:
    """Note each item once; the same item again only counts up."""
    for item in items:
        key = (item.stage, item.source, item_key(item.item))
        row = session.get(QuarantineRow, key, with_for_update=True)
        if row is None:
            row = QuarantineRow(stage=item.stage, source=item.source, item=key[2], times=0, at=at)
            session.add(row)
        row.times += 1
        row.reason, row.detail, row.resolved_at = item.reason, _short(item.detail), None
        row.evidence = item.evidence or row.evidence


def is_known(session: Session, item: SetAside) -> bool:
    """Whether this item stands in quarantine already, for the same reason and unresolved."""
    row = session.get(QuarantineRow, (item.stage, item.source, item_key(item.item)))
    return row is not None and row.resolved_at is None and row.reason == item.reason


def resolve(session: Session, stage: str, source: str, item: str, at: datetime) -> None:
    """Mark an item as come out of quarantine, where it was there."""
    row = session.get(QuarantineRow, (stage, source, item_key(item)))
    if row is not None and row.resolved_at is None:
        row.resolved_at = at


def open_items(session: Session) -> list[QuarantineRow]:
    """Items still set aside, oldest first."""
    query = select(QuarantineRow).where(QuarantineRow.resolved_at.is_(None))
    return list(session.scalars(query.order_by(QuarantineRow.at, QuarantineRow.stage, QuarantineRow.item)))


def item_key(item: str) -> str:
    """Key of an item in quarantine: a hash, so that no handle stands in the table."""
    return hashlib.sha256(item.encode("utf-8", "surrogatepass")).hexdigest()[:32]


def _short(text: str) -> str:
    clean = text.encode("utf-8", "backslashreplace").decode("utf-8").replace("\x00", "\\x00")
    return clean if len(clean) <= DETAIL_CHARS else clean[: DETAIL_CHARS - 1] + "…"
