"""Leases: one holder per piece of work; a dead holder's work is taken over at once on the same machine."""

from __future__ import annotations

import itertools
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import delete
from sqlalchemy.orm import Session

from falselight.errors import Retry
from falselight.state.store import State
from falselight.state.tables import LeaseRow

_numbers = itertools.count(1)


@contextmanager
def lease(state: State, name: str, seconds: float) -> Iterator[Lease]:
    """Hold `name` for the block. Raises Retry while somebody else who lives holds it.

    `seconds`: after this time without `Lease.renew` others on other machines may take over.
    """
    held = Lease(state, name, seconds)
    held.renew()
    try:
        yield held
    finally:
        held.release()


class Lease:
    """A held piece of work."""

    def __init__(self, state: State, name: str, seconds: float) -> None:
        self.state, self.name, self.seconds = state, name, seconds
        self.owner = f"{_machine()}/{os.getpid()}/{_started(os.getpid())}/{next(_numbers)}"

    def renew(self) -> None:
        """Take or prolong. Raises Retry where another living holder has it (also when it was taken from us)."""
        with self.state.begin() as session:
            self.renew_in(session)

    def renew_in(self, session: Session) -> None:
        """The same inside a transaction, so that work is only committed by its holder."""
        now = datetime.now(UTC)
        row = session.get(LeaseRow, self.name, with_for_update=True)
        if row is not None and row.owner != self.owner and row.expires_at > now and _lives(row.owner):
            wait = (row.expires_at - now).total_seconds()
            raise Retry(f"{self.name} is being worked on by {row.owner}", after_seconds=min(wait, 5))
        expires_at = now + timedelta(seconds=self.seconds)
        session.merge(LeaseRow(name=self.name, owner=self.owner, expires_at=expires_at))

    def release(self) -> None:
        """Let others have it; only if it is still ours."""
        with self.state.begin() as session:
            session.execute(delete(LeaseRow).where(LeaseRow.name == self.name, LeaseRow.owner == self.owner))


def _machine() -> str:
    boot = Path("/proc/sys/kernel/random/boot_id")
    return f"{socket.gethostname()}:{boot.read_text().strip()[:8] if boot.exists() else ''}"


def _started(pid: int) -> str:
    # Start time of the process in clock ticks since boot: tells a re-used pid from the old holder.
    stat = Path(f"/proc/{pid}/stat")
    try:
        return stat.read_text().rsplit(")", 1)[1].split()[19]
    except OSError:
        return ""


def _lives(owner: str) -> bool:
    machine, pid, started, _number = owner.rsplit("/", 3)
    if machine != _machine():
        return True  # cannot be looked at from here: the lease's time decides
    try:
        os.kill(int(pid), 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass
    return started == _started(int(pid))
