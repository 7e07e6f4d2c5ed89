"""keep: what is past its retention goes; files of killed runs that no state knows go too."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from sqlalchemy import select

from falselight.files import BatchFiles
from falselight.stages.house import House
from falselight.state import audit
from falselight.state.leases import lease
from falselight.state.tables import BatchRow, PostRow

ORPHAN_AGE = timedelta(hours=1)  # a batch under way is written and committed within seconds


def keep_house(house: House, orphan_age: timedelta = ORPHAN_AGE) -> dict[str, int]:
    """Remove evidence past its retention and files that no state knows; returns how many of each went. Audited.

    `orphan_age`: younger files are left alone, since their batch may be under way.
    """
    with lease(house.state, "keep", house.settings.lease_seconds):
        return {"evidence": _retire_evidence(house), "orphans": _remove_orphans(house, orphan_age)}


def _retire_evidence(house: House) -> int:
    now = datetime.now(UTC)
    oldest = now - timedelta(days=house.settings.evidence_days)
    with house.state.begin() as session:
        query = select(BatchRow).where(BatchRow.collected_at < oldest, BatchRow.evidence_gone_at.is_(None))
        rows = list(session.scalars(query))
        for row in rows:
            house.evidence.delete(row.name)
            row.evidence_gone_at = now
            audit.note(session, "retire-evidence", row.name, f"older than {house.settings.evidence_days} days")
    return len(rows)


def _remove_orphans(house: House, age: timedelta) -> int:
    oldest = datetime.now(UTC) - age
    with house.state.begin() as session:
        batches = set(session.scalars(select(BatchRow.name)))
        tags = set(session.scalars(select(PostRow.tags_batch).distinct()))
    known = {f"posts/{name}" for name in batches} | tags
    landed = [name for name in house.landing.names() if name not in known and not _is_older_tags(name, batches)]
    kept = [name for name in house.evidence.names() if name not in batches]
    return _delete_old(house.landing, landed, oldest) + _delete_old(house.evidence, kept, oldest)


def _delete_old(store: BatchFiles, names: list[str], oldest: datetime) -> int:
    old = [name for name in names if store.modified_at(name) <= oldest]
    for name in old:
        store.delete(name)
    return len(old)


def _is_older_tags(name: str, batches: set[str]) -> bool:
    # Tags of an older tagger or an older revision stay: landing is the history.
    return name.startswith("tags/") and name.removeprefix("tags/").rsplit(".", 1)[0] in batches
