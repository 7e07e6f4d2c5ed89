"""Outbox → mail server, at least once: a mail counts as sent in a transaction of its own after the server's 250.

Killed between the two, it is sent once more with the same Message-ID; nothing else is ever sent twice.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from falselight.alerts.server import Connection, Down, Later, MailServer, Never
from falselight.errors import Retry
from falselight.state import State, outbox
from falselight.state.leases import lease

DOWN = "no mail is taken: "  # how the last error of a mail starts that waits for the server, not for its receiver
LOST_IN_A_ROW = 2  # so many connections lost on the way, and the server counts as down


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """What became of the outbox. `waiting`, `parked`: all that stand there; `down`: why the server takes nothing."""

    sent: int
    waiting: int
    parked: int
    down: str | None = None
    refused: tuple[str, ...] = ()


def send_due(state: State, server: MailServer, now: datetime, lease_seconds: float) -> Sent:
    """Try every mail that is due, oldest first; after a failed connection the rest is not tried.

    `now`: the real clock. `refused`: mails parked by this call, with what the server said.
    """
    run = _Run(state, server, now, lease_seconds)
    with state.begin() as session:
        due = outbox.due(session, now)
    with Connection(server) as connection:
        for message_id in due:
            if run.down is None:
                run.send(connection, message_id)
    return run.result()


class _Run:
    """One walk through the mails that are due."""

    def __init__(self, state: State, server: MailServer, now: datetime, lease_seconds: float) -> None:
        self.state, self.server, self.now, self.lease_seconds = state, server, now, lease_seconds
        self.sent, self.lost_in_a_row = 0, 0
        self.down: str | None = None
        self.refused: list[str] = []

    def send(self, connection: Connection, message_id: str) -> None:
        """Try one mail, unless somebody else is sending it just now."""
        name = f"mail:{sha256(message_id.encode()).hexdigest()[:40]}"
        try:
            with lease(self.state, name, self.lease_seconds):
                self._try(connection, message_id)
        except Retry:
            return  # its holder notes what comes of it

    def _try(self, connection: Connection, message_id: str) -> None:
        with self.state.begin() as session:
            row = outbox.mail(session, message_id)
        if row is None:  # sent by somebody else between our look and our lease
            return
        try:
            connection.deliver(row.recipient, row.body)
        except Down as error:
            self._down(message_id, str(error))
        except Later as error:
            self._later(message_id, str(error))
        except Never as error:
            self._never(message_id, f"{row.recipient}: {error}")
        else:
            self._went(message_id)

    def _went(self, message_id: str) -> None:
        with self.state.begin() as session:
            outbox.mark_sent(session, message_id, self.now)
        self.sent, self.lost_in_a_row = self.sent + 1, 0

    def _down(self, message_id: str, error: str) -> None:
        self.down = error
        with self.state.begin() as session:
            outbox.mark_waiting(session, message_id, DOWN + error, self.now)

    def _later(self, message_id: str, error: str) -> None:
        with self.state.begin() as session:
            outbox.mark_waiting(session, message_id, error, self.now)
        self.lost_in_a_row = self.lost_in_a_row + 1 if error.startswith("connection lost") else 0
        if self.lost_in_a_row >= LOST_IN_A_ROW:
            self.down = f"mail server {self.server}: {error}"

    def _never(self, message_id: str, error: str) -> None:
        with self.state.begin() as session:
            outbox.park(session, message_id, error, self.now)
        self.refused.append(error)
        self.lost_in_a_row = 0

    def result(self) -> Sent:
        """The counts after the walk."""
        with self.state.begin() as session:
            waiting, parked = outbox.waiting(session), len(outbox.parked(session))
        # A mail that waits for its next try after the server was down: still down, as far as anybody knows.
        errors = (row.last_error or "" for row in waiting)
        down = self.down or next((error.removeprefix(DOWN) for error in errors if error.startswith(DOWN)), None)
        return Sent(sent=self.sent, waiting=len(waiting), parked=parked, down=down, refused=tuple(self.refused))
