from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from falselight.state import State, incidents
from falselight.state.incidents import Found
from falselight.state.tables import AuditRow, IncidentRow

NOW = datetime(2021, 11, 8, 7, 0, tzinfo=UTC)
SEVERITIES = ("low", "medium", "high", "critical")


@pytest.fixture
def state(tmp_path: Path) -> Iterator[State]:
    opened = State(f"sqlite:///{tmp_path / 'state.sqlite'}")
    yield opened
    opened.close()


def found(count: int = 8, severity: str = "medium", at: datetime = NOW, key: str = "eastern-land") -> Found:
    start = at - timedelta(hours=24)
    finding = {"count": count}
    return Found(rule="burst", key=key, severity=severity, count=count, started_at=start, at=at, finding=finding)


def note(state: State, finding: Found) -> IncidentRow:
    with state.begin() as session:
        return incidents.note(session, finding, SEVERITIES)


def tell(state: State) -> int:
    with state.begin() as session:
        rows = incidents.untold(session)
        for row in rows:
            incidents.mark_notified(session, row)
        return len(rows)


def close(state: State, before: datetime) -> int:
    with state.begin() as session:
        return sum(incidents.close_quiet(session, row, before) for row in incidents.open_incidents(session))


def all_of(state: State) -> list[IncidentRow]:
    with state.begin() as session:
        return list(session.scalars(select(IncidentRow).order_by(IncidentRow.started_at)))


def test_the_same_finding_makes_one_incident_that_is_told_once(state: State) -> None:
    first = note(state, found())
    assert (first.state, tell(state)) == ("new", 1)
    again = note(state, found())
    assert (again.id, again.state, tell(state)) == (first.id, "notified", 0)
    assert len(all_of(state)) == 1


def test_an_incident_grows_without_a_second_mail_until_its_severity_steps(state: State) -> None:
    note(state, found())
    tell(state)
    later = note(state, found(9, at=NOW + timedelta(hours=20)))
    assert (later.count, later.last_at, later.state) == (9, NOW + timedelta(hours=20), "notified")
    risen = note(state, found(17, "high", at=NOW + timedelta(hours=21)))
    assert (risen.state, risen.severity, tell(state), tell(state)) == ("stepped", "high", 1, 0)
    fallen = note(state, found(8, "medium", at=NOW + timedelta(hours=22)))
    assert (fallen.severity, fallen.count, fallen.state) == ("high", 17, "notified")
    assert len(all_of(state)) == 1


def test_a_step_before_the_first_mail_stays_new_and_keeps_its_peak(state: State) -> None:
    note(state, found())
    note(state, found(17, "high", at=NOW + timedelta(minutes=5)))
    row = note(state, found(7, at=NOW + timedelta(minutes=10)))
    assert (row.state, row.severity, row.finding) == ("new", "high", {"count": 17})
    assert tell(state) == 1


def test_after_a_quiet_time_the_next_burst_is_a_new_incident(state: State) -> None:
    note(state, found())
    tell(state)
    assert close(state, NOW) == 0
    assert close(state, NOW + timedelta(seconds=1)) == 1
    note(state, found(at=NOW + timedelta(days=3)))
    assert [row.state for row in all_of(state)] == ["closed", "new"]


def test_an_incident_that_nobody_was_told_of_is_never_closed(state: State) -> None:
    note(state, found())
    assert close(state, NOW + timedelta(days=30)) == 0
    assert tell(state) == 1


def test_a_clock_set_back_neither_shrinks_nor_repeats(state: State) -> None:
    note(state, found(9, at=NOW))
    tell(state)
    row = note(state, found(8, at=NOW - timedelta(hours=1)))
    assert (row.count, row.last_at, row.finding, row.state) == (9, NOW, {"count": 9}, "notified")
    close(state, NOW + timedelta(days=2))
    row = note(state, found(9, at=NOW))
    assert (row.state, tell(state), len(all_of(state))) == ("closed", 0, 1)


def test_keys_and_hostile_keys_are_kept_apart(state: State) -> None:
    ids = {note(state, found(key=key)).id for key in ("a", "b", "a\nb", "ключ " * 20)}
    assert len(ids) == 4
    assert all(len(item) <= 60 for item in ids)


def test_every_change_is_in_the_audit_log(state: State) -> None:
    note(state, found())
    tell(state)
    note(state, found(17, "high"))
    note(state, found(17, "high"))
    tell(state)
    close(state, NOW + timedelta(days=2))
    with state.begin() as session:
        lines = [line.detail for line in session.scalars(select(AuditRow).order_by(AuditRow.id))]
    assert lines == [
        "new, medium",
        "new → notified: medium",
        "notified → stepped: medium → high",
        "stepped → notified: high",
        "notified → closed: no finding any more",
    ]
