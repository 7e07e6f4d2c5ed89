from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from falselight.state import State, outbox
from falselight.state.outbox import Mail
from falselight.state.tables import AuditRow, OutboxRow

NOW = datetime(2021, 11, 8, 7, 0, tzinfo=UTC)


@pytest.fixture
def state(tmp_path: Path) -> Iterator[State]:
    opened = State(f"sqlite:///{tmp_path / 'state.sqlite'}")
    yield opened
    opened.close()


def mail(number: int = 1, about: str = "incident:a-1:high", created_at: datetime = NOW) -> Mail:
    return Mail(
        id=f"<{number}@falselight.example>",
        about=about,
        recipient="anna@eeas.example",
        subject="s",
        body=b"first",
        created_at=created_at,
    )


def queued(state: State, *mails: Mail) -> int:
    with state.begin() as session:
        return outbox.queue(session, mails)


def due(state: State, now: datetime) -> list[str]:
    with state.begin() as session:
        return outbox.due(session, now)


def row(state: State, number: int = 1) -> OutboxRow:
    with state.begin() as session:
        found = session.get(OutboxRow, mail(number).id)
        assert found is not None
        return found


def test_the_same_mail_is_queued_once_and_stays_as_it_was(state: State) -> None:
    assert queued(state, mail()) == 1
    changed = Mail(id=mail().id, about="x", recipient="bo@eeas.example", subject="t", body=b"second", created_at=NOW)
    assert queued(state, changed) == 0
    assert row(state).body == b"first"


def test_due_are_unsent_mails_oldest_first_whatever_their_date(state: State) -> None:
    queued(state, mail(2, created_at=NOW + timedelta(days=400)), mail(1))
    assert due(state, NOW) == [mail(1).id, mail(2).id]


def test_a_failed_try_waits_longer_each_time_up_to_an_hour(state: State) -> None:
    queued(state, mail())
    pauses = []
    now = NOW
    for _ in range(9):
        with state.begin() as session:
            outbox.mark_waiting(session, mail().id, "451", now)
        pauses.append((row(state).next_try_at - now) // timedelta(minutes=1))
        assert due(state, row(state).next_try_at - timedelta(seconds=1)) == []
        now = row(state).next_try_at
        assert due(state, now) == [mail().id]
    assert pauses == [1, 2, 4, 8, 16, 32, 60, 60, 60]
    assert (row(state).attempts, row(state).last_error) == (9, "451")


def test_a_clock_set_back_holds_no_mail(state: State) -> None:
    queued(state, mail())
    with state.begin() as session:
        outbox.mark_waiting(session, mail().id, "451", NOW)
    assert due(state, NOW - timedelta(days=1)) == [mail().id]


def test_sent_is_final(state: State) -> None:
    queued(state, mail())
    with state.begin() as session:
        outbox.mark_sent(session, mail().id, NOW)
        outbox.mark_sent(session, mail().id, NOW + timedelta(hours=1))
        outbox.mark_waiting(session, mail().id, "late", NOW)
        outbox.park(session, mail().id, "late", NOW)
        assert outbox.mail(session, mail().id) is None
        assert (outbox.waiting(session), outbox.parked(session)) == ([], [])
    assert (row(state).sent_at, row(state).parked_at, row(state).last_error) == (NOW, None, None)


def test_parked_is_told_and_can_be_released(state: State) -> None:
    queued(state, mail())
    with state.begin() as session:
        outbox.park(session, mail().id, "550 no such mailbox", NOW)
    assert due(state, NOW + timedelta(days=9)) == []
    with state.begin() as session:
        assert [item.last_error for item in outbox.parked(session)] == ["550 no such mailbox"]
        assert outbox.release(session, mail().id)
        assert not outbox.release(session, mail().id)
        assert not outbox.release(session, "<unknown@x>")
    assert due(state, NOW) == [mail().id]
    with state.begin() as session:
        assert len(session.scalars(select(AuditRow).where(AuditRow.action == "mail")).all()) == 2


def test_mails_of_an_incident_are_those_of_all_its_steps_and_of_no_other(state: State) -> None:
    abouts = ["incident:a-1:high", "incident:a-1:medium", "incident:a-12:high", "incident:a_1:high"]
    queued(state, *(mail(number, about) for number, about in enumerate(abouts)))
    with state.begin() as session:
        found = outbox.mails(session, "incident:a-1")
        assert sorted(item.about for item in found) == abouts[:2]
        assert len(outbox.mails(session)) == len(abouts)


def test_an_emptied_mail_has_no_text_and_cannot_be_sent_or_released(state: State) -> None:
    queued(state, mail(1), mail(2))
    with state.begin() as session:
        outbox.mark_sent(session, mail(1).id, NOW)
        for number in (1, 2):
            outbox.empty(session, mail(number).id, "a quoted post was erased", NOW)
    assert (row(state, 1).body, row(state, 1).parked_at) == (b"", None)
    assert (row(state, 2).body, row(state, 2).last_error) == (b"", "a quoted post was erased")
    assert due(state, NOW) == []
    with state.begin() as session:
        assert not outbox.release(session, mail(2).id)


def test_a_transaction_that_fails_queues_nothing(state: State) -> None:
    def fail() -> None:
        with state.begin() as session:
            outbox.queue(session, [mail()])
            raise RuntimeError("killed")

    with pytest.raises(RuntimeError):
        fail()
    assert due(state, NOW) == []
