"""Windows of time: half-open, aware, UTC."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta


def utc(moment: datetime) -> datetime:
    """The same moment in UTC; ValueError for a time without zone (guessing one would shift events)."""
    if moment.tzinfo is None:
        raise ValueError(f"time without zone: {moment.isoformat()}")
    return moment.astimezone(UTC)


@dataclass(frozen=True, slots=True, order=True)
class Window:
    """`start` ≤ t < `end`, both aware and in UTC."""

    start: datetime
    end: datetime

    def __post_init__(self) -> None:
        object.__setattr__(self, "start", utc(self.start))
        object.__setattr__(self, "end", utc(self.end))
        if self.end < self.start:
            raise ValueError(f"window ends before it starts: {self}")

    @classmethod
    def before(cls, end: datetime, length: timedelta) -> Window:
        """The window of that length which ends at `end`."""
        return cls(end - length, end)

    @property
    def length(self) -> timedelta:
        """Time between start and end."""
        return self.end - self.start

    def __contains__(self, moment: datetime) -> bool:
        return self.start <= utc(moment) < self.end

    def previous(self) -> Window:
        """The window of the same length just before this one."""
        return Window(self.start - self.length, self.start)

    def split(self, step: timedelta) -> Iterator[Window]:
        """Consecutive windows of `step`, the last one cut at the end."""
        start = self.start
        while start < self.end:
            end = min(start + step, self.end)
            yield Window(start, end)
            start = end

    def __str__(self) -> str:
        return f"{self.start:%Y-%m-%dT%H:%MZ}/{self.end:%Y-%m-%dT%H:%MZ}"
