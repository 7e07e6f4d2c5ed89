"""Counting: one outcome per item per stage, and in = out + dropped + quarantined, asserted."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from falselight.state.tables import TallyRow

OutcomeKind = Literal["out", "dropped", "quarantined"]


class Unbalanced(AssertionError):
    """A stage lost or invented an item: a bug in that stage."""


@dataclass(slots=True)
class Tally:
    """Counts of one stage over one source. Every item goes in once and comes out once."""

    stage: str
    source: str
    seen: int = 0
    outcomes: Counter[tuple[OutcomeKind, str]] = field(default_factory=Counter)

    def take(self, count: int = 1) -> None:
        """Items that the stage starts to work on."""
        self.seen += count

    def out(self, reason: str = "") -> None:
        """One item went on (`new`, `edited`, …)."""
        self.outcomes["out", reason] += 1

    def dropped(self, reason: str) -> None:
        """One item rightly ends here (`unchanged`, `known-revision`, …)."""
        self.outcomes["dropped", reason] += 1

    def quarantined(self, reason: str) -> None:
        """One item is set aside."""
        self.outcomes["quarantined", reason] += 1

    def check(self) -> None:
        """Raises Unbalanced unless in = out + dropped + quarantined."""
        done = sum(self.outcomes.values())
        if done != self.seen:
            raise Unbalanced(f"{self.stage}/{self.source}: {self.seen} in, {done} accounted for: {dict(self.outcomes)}")

    def save(self, session: Session) -> None:
        """Add the counts to state, in the transaction that stores the work itself."""
        self.check()
        if self.seen:
            self._add(session, "in", "", self.seen)
        for (outcome, reason), count in sorted(self.outcomes.items()):
            self._add(session, outcome, reason, count)

    def _add(self, session: Session, outcome: str, reason: str, count: int) -> None:
        key = (self.stage, self.source, outcome, reason)
        row = session.get(TallyRow, key, with_for_update=True)
        if row is None:
            session.add(TallyRow(stage=self.stage, source=self.source, outcome=outcome, reason=reason, count=count))
        else:
            row.count += count


def tallies(session: Session) -> list[Tally]:
    """All counts so far by stage and source; raises Unbalanced where they do not add up."""
    found: dict[tuple[str, str], Tally] = {}
    for row in session.scalars(select(TallyRow).order_by(TallyRow.stage, TallyRow.source)):
        tally = found.setdefault((row.stage, row.source), Tally(row.stage, row.source))
        if row.outcome == "in":
            tally.seen += row.count
        else:
            tally.outcomes[row.outcome, row.reason] += row.count  # type: ignore[index]
    for tally in found.values():
        tally.check()
    return list(found.values())
