"""alert: index → findings → incidents → mails in the outbox → mail server. Twice in a row sends nothing again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from falselight.alerts.export import write_files
from falselight.alerts.load import BadFile, RuleBook, load_book
from falselight.alerts.send import Sent, send_due
from falselight.alerts.server import MailServer
from falselight.alerts.watch import Watch
from falselight.errors import FalselightError, Retry
from falselight.stages.house import House
from falselight.state import outbox
from falselight.state.leases import lease
from falselight.window import utc

MAIL_TIMEOUT_SECONDS = 30  # for one answer of the server; RFC 5321 allows minutes, but a lease must outlive it


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertsDone:
    """What one run did. `findings`: of all rules; `queued`: mails written; `bad_files`: rules that cannot be used."""

    findings: int
    queued: int
    sent: Sent
    bad_files: tuple[BadFile, ...]

    def __str__(self) -> str:
        """One line for a person; what needs a hand stands at the end."""
        sent = self.sent
        counts = f"{self.findings} findings, {self.queued} mails written, {sent.sent} sent, {sent.waiting} waiting"
        problems = [*(f"parked: {text}" for text in sent.refused), *map(str, self.bad_files)]
        return "; ".join([f"{counts}, {sent.parked} parked", *problems])


def alert_all(house: House, now: datetime | None = None, book: RuleBook | None = None) -> AlertsDone:
    """Evaluate the rules, write what is due, send what waits. `now`: for rules and digests; None: the settings' clock.

    Raises Retry, after everything else is done, where mails wait because the server takes none; Missing without index.
    """
    try:
        findings, queued, bad = write_due(house, utc(now or house.settings.now()), book or load_book())
    except FalselightError:
        send_waiting(house)  # what is written already must not wait for the index
        raise
    sent = send_waiting(house)
    return AlertsDone(findings=findings, queued=queued, sent=sent, bad_files=bad)


def write_due(house: House, now: datetime, book: RuleBook) -> tuple[int, int, tuple[BadFile, ...]]:
    """Rules and digests → outbox; returns numbers of findings and new mails, and the rules that cannot be used."""
    state, index, settings = house.state, house.index, house.settings
    with lease(state, "alert", settings.lease_seconds) as held:
        watch = Watch(state=state, index=index, settings=settings, book=book, guard=held.renew_in)
        findings, bad = watch.find(now)
        watch.note(findings, now)
        queued = watch.queue_incidents() + watch.queue_digests(now)
    return len(findings), queued, (*book.bad, *bad)


def send_waiting(house: House) -> Sent:
    """Outbox → mail server, by the real clock also in a replay. Raises Retry where the server takes no mail."""
    settings = house.settings
    server = MailServer.of(settings, min(MAIL_TIMEOUT_SECONDS, settings.lease_seconds / 10))
    sent = send_due(house.state, server, datetime.now(UTC), settings.lease_seconds)
    if sent.down:
        reason = f"{sent.waiting} mails wait in the outbox, {sent.sent} were sent: {sent.down}; repair it and run again"
        raise Retry(reason, after_seconds=outbox.BACK_OFF_MINUTES[0] * 60)
    return sent


def write_mails(house: House, folder: Path) -> list[Path]:
    """Write every mail of the outbox, sent or not, as .eml and .html with pictures inside; returns the files."""
    with house.state.begin() as session:
        rows = outbox.mails(session)
    return write_files(rows, folder)
