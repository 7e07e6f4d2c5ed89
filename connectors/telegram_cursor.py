"""How far a channel has been read: what is known, and where holes are left.

Message ids grow; the newest page shows the last twenty or so, `?before=N` the ones below N. The rule that a run keeps
after every page: **each message up to `newest` was yielded, except those inside a gap.** A gap is (until, before): ids
strictly between may be unread. So a run can be killed after any page, and messages may arrive meanwhile:

- the newest page raises `newest` and leaves a gap down to the `newest` of before, unless it reaches that far;
- an older page shrinks the uppermost gap from above, and closes it when it reaches `until` or shows nothing more;
- at the first visit the gap goes down to the channel's start, but only for so many pages (`pages`).

Gaps of earlier, killed runs stay in the list below the new one. Reading a message twice does no harm; missing one does.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

MAX_GAPS = 20  # beyond that the lowest two are read as one, with what lies between


@dataclass(frozen=True, slots=True)
class Gap:
    """Ids strictly between `until` and `before` may be unread. `pages`: how many may still be asked; None: all."""

    before: int
    until: int
    pages: int | None = None


@dataclass(frozen=True, slots=True)
class Progress:
    """`newest`: highest id seen (0: none yet). `newest_at`: its publication, ISO 8601. `gaps`: the uppermost first."""

    newest: int = 0
    newest_at: str = ""
    gaps: tuple[Gap, ...] = ()

    @classmethod
    def of(cls, cursor: dict[str, Any]) -> Progress:
        """From a stored cursor ({} at first)."""
        gaps = tuple(Gap(*values) for values in cursor.get("gaps", ()))
        return cls(cursor.get("newest", 0), cursor.get("newest_at", ""), gaps)

    def cursor(self) -> dict[str, Any]:
        """As it is stored."""
        gaps = [[gap.before, gap.until, gap.pages] for gap in self.gaps]
        return {"newest": self.newest, "newest_at": self.newest_at, "gaps": gaps}

    def after_newest(self, ids: Sequence[int], at: str, first_pages: int) -> Progress:
        """After the newest page, which showed `ids` (at least one), the highest published `at`."""
        lowest, highest = min(ids), max(ids)
        gaps = self.gaps
        if lowest > self.newest + 1:
            pages = None if self.newest else first_pages - 1
            gaps = (Gap(lowest, self.newest, pages), *gaps)
        kept = tuple(gap for gap in gaps if gap.pages != 0)
        if highest < self.newest:  # the last messages were deleted: their ids never come back
            return replace(self, gaps=_few(kept))
        return Progress(highest, at, _few(kept))

    def after_older(self, ids: Sequence[int]) -> Progress:
        """After a page below the uppermost gap's `before`, which showed `ids` (none: there is nothing older)."""
        gap, *below = self.gaps
        pages = None if gap.pages is None else gap.pages - 1
        if not ids or min(ids) <= gap.until + 1 or pages == 0:
            return replace(self, gaps=tuple(below))
        return replace(self, gaps=(Gap(min(ids), gap.until, pages), *below))


def _few(gaps: tuple[Gap, ...]) -> tuple[Gap, ...]:
    if len(gaps) <= MAX_GAPS:
        return gaps
    upper, lower = gaps[-2:]
    if lower.pages is not None:  # the first visit's look back promised nothing
        return gaps[:-1]
    return (*gaps[:-2], Gap(upper.before, lower.until))
