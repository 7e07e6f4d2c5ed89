"""health: is every source fetched, and does it bring as much as its catalogue entry expects."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import func, select

from connectors.catalogue import ExpectedPerDay
from falselight.stages.house import House
from falselight.state.tables import PostRow, SourceRow

DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Health:
    """One source. `last_day`: posts published in the last 24 h; `volume`: as expected, too few, too many, unknown."""

    id: str
    last_ok_at: str | None
    last_error: str | None
    posts: int
    last_day: int
    volume: str


def health(house: House) -> list[Health]:
    """Every source of the catalogue, in its order. Volume is unknown until a source was fetched once."""
    counted = select(PostRow.source, func.count()).group_by(PostRow.source)
    recent = counted.where(PostRow.published_at > house.settings.now() - DAY)
    with house.state.begin() as session:
        rows = {row.id: row for row in session.scalars(select(SourceRow))}
        posts = {name: int(count) for name, count in session.execute(counted)}
        last_day = {name: int(count) for name, count in session.execute(recent)}
    return [
        Health(
            id=source.id,
            last_ok_at=row.last_ok_at.isoformat(timespec="minutes") if row and row.last_ok_at else None,
            last_error=row.last_error if row else None,
            posts=posts.get(source.id, 0),
            last_day=last_day.get(source.id, 0),
            volume=_volume(last_day.get(source.id, 0), source.expected_per_day)
            if row and row.last_ok_at
            else "unknown",
        )
        for source in house.catalogue.sources
        for row in [rows.get(source.id)]
    ]


def _volume(count: int, expected: ExpectedPerDay) -> str:
    if count < expected.min:
        return "too few"
    return "too many" if count > expected.max else "as expected"
