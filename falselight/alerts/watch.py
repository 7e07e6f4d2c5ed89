"""Findings → incidents → mails in the outbox; each method is one step that can be killed and repeated."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from falselight.alerts.digest import Edition, edition_due
from falselight.alerts.digest_mail import digest_letter
from falselight.alerts.findings import Finding, evaluate, finding_to_dict
from falselight.alerts.incident_mail import about_of, incident_letter
from falselight.alerts.load import BadFile, RuleBook
from falselight.alerts.mail import Letter, address_to
from falselight.alerts.rules import SEVERITIES
from falselight.index import BadQuery, Index
from falselight.settings import Settings
from falselight.state import State, incidents, outbox
from falselight.state.incidents import Found

QUIET_HOURS = 24  # for incidents whose rule cannot be read any more
Guard = Callable[[Session], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Watch:
    """One watch over the index.

    `guard`: called in every transaction that writes; raises where somebody else does this work (Lease.renew_in).
    """

    state: State
    index: Index
    settings: Settings
    book: RuleBook
    guard: Guard

    def find(self, now: datetime) -> tuple[list[Finding], list[BadFile]]:
        """The findings of all living rules, and the rules that the index could not answer."""
        findings: list[Finding] = []
        bad: list[BadFile] = []
        for rule in self.book.living:
            try:
                findings += evaluate(rule, self.index, now)
            except BadQuery as error:
                bad.append(BadFile(f"rules/{rule.id}.yml", f"field 'query': {error}"))
        return findings, bad

    def note(self, findings: Iterable[Finding], now: datetime) -> list[str]:
        """Close what went quiet, then open or join incidents; returns the ids that the findings belong to."""
        with self.state.begin() as session:
            self.guard(session)
            for row in incidents.open_incidents(session):
                rule = self.book.rule(row.rule)
                incidents.close_quiet(session, row, now - timedelta(hours=rule.quiet_hours if rule else QUIET_HOURS))
            return [incidents.note(session, _found(finding, now), SEVERITIES).id for finding in findings]

    def queue_incidents(self) -> int:
        """Write the mails of every incident step that nobody was told of; returns how many mails are new.

        A step whose rule cannot be read waits until it can.
        """
        with self.state.begin() as session:
            steps = incidents.untold(session)
        queued = 0
        for row in steps if self.settings.mail_to else ():  # without a receiver nobody is told
            if rule := self.book.rule(row.rule):
                letter = incident_letter(row, rule, self.index, self.settings.page_url)
                queued += self._queue_step(row.id, letter)
        return queued

    def queue_digests(self, now: datetime) -> int:
        """Write the mails of every digest edition that is due and not written; returns how many mails are new."""
        editions = (edition_due(digest, now) for digest in self.book.digests if digest.retired is None)
        return sum(self._queue_edition(edition) for edition in editions)

    def _queue_step(self, incident: str, letter: Letter) -> int:
        # Mails and `notified` in one transaction: killed before it, all is written again; after it, nothing is.
        with self.state.begin() as session:
            self.guard(session)
            row = incidents.incident(session, incident)
            if row is None or row.state not in incidents.UNTOLD or about_of(row) != letter.about:
                return 0
            incidents.mark_notified(session, row)
            return self._put(session, letter)

    def _queue_edition(self, edition: Edition) -> int:
        with self.state.begin() as session:
            told = {row.recipient for row in outbox.mails(session, edition.about)}
            open_ones = incidents.open_incidents(session)
        if told.issuperset(self.settings.mail_to):
            return 0
        letter = digest_letter(edition, self.index, self.book, open_ones, self.settings.page_url)
        with self.state.begin() as session:
            self.guard(session)
            return self._put(session, letter)

    def _put(self, session: Session, letter: Letter) -> int:
        recipients = dict.fromkeys(self.settings.mail_to)
        mails = [address_to(letter, recipient, self.settings.mail_from) for recipient in recipients]
        return outbox.queue(session, mails)


def _found(finding: Finding, now: datetime) -> Found:
    return Found(
        rule=finding.rule,
        key=finding.key,
        severity=finding.severity,
        count=finding.count,
        started_at=finding.start,
        at=now,
        finding=finding_to_dict(finding),
    )
