"""The audit log: who read, exported, erased, stopped or replayed what. Rows are only ever added."""

from __future__ import annotations

import getpass
from datetime import UTC, datetime

from sqlalchemy.orm import Session

from falselight.state.tables import AuditRow


def note(session: Session, action: str, what: str, detail: str = "", *, who: str | None = None) -> None:
    """Add one line. `who`: None means the user of this process."""
    session.add(AuditRow(at=datetime.now(UTC), who=who or _user(), action=action, what=what, detail=detail))


def _user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # no entry in the user table, as in some containers
        return "unknown"
