"""The whole stage: twice, killed between any two steps, with a dead server, a bad rule, a missing index."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import timedelta
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from falselight.alerts.explain import explain
from falselight.alerts.load import load_book
from falselight.alerts.server import Connection
from falselight.alerts.watch import Watch
from falselight.errors import Missing, Retry
from falselight.index.sqlite import SqliteIndex
from falselight.settings import Settings
from falselight.stages import alert as stage
from falselight.stages.alert import alert_all, write_due, write_mails
from falselight.stages.house import House, open_house
from falselight.state import incidents, outbox
from falselight.state.leases import lease
from falselight.state.tables import AuditRow, IncidentRow, OutboxRow
from tests.falselight.alerts.conftest import RECEIVERS
from tests.falselight.alerts.planting import NOW, burst, many_languages, plant
from tests.servers.smtp import MailBox, mail_server

Stored = tuple[list[Any], list[Any], list[Any]]


def stored(house: House) -> Stored:
    """What state holds of incidents, mails and changes, without clock fields."""
    with house.state.begin() as session:
        rows = session.scalars(select(IncidentRow).order_by(IncidentRow.id))
        found = [(row.id, row.state, row.severity, row.count, row.finding) for row in rows]
        sent = session.scalars(select(OutboxRow).order_by(OutboxRow.id))
        mails = [(row.id, row.about, row.recipient, row.body, row.sent_at is not None) for row in sent]
        changes = [
            (row.action, row.what, row.detail) for row in session.scalars(select(AuditRow).order_by(AuditRow.id))
        ]
    return found, mails, changes


def test_a_burst_brings_one_incident_and_each_receiver_one_alert_and_one_digest(house: House, mailbox: MailBox) -> None:
    plant(house.index, *many_languages())
    done = alert_all(house, NOW)
    assert (done.findings, done.queued, done.sent.sent, done.bad_files) == (1, 4, 4, ())
    assert (
        sorted(item.recipients[0] for item in mailbox.received) == ["anna@eeas.example"] * 2 + ["bo@eeas.example"] * 2
    )
    assert str(done) == "1 findings, 4 mails written, 4 sent, 0 waiting, 0 parked"


def test_the_second_run_sends_nothing_and_changes_nothing(house: House, mailbox: MailBox) -> None:
    plant(house.index, *many_languages())
    alert_all(house, NOW)
    before = stored(house)
    done = alert_all(house, NOW)
    assert (done.findings, done.queued, done.sent.sent, len(mailbox.received)) == (1, 0, 0, 4)
    assert stored(house) == before


def test_a_rising_severity_brings_one_more_mail(house: House, mailbox: MailBox) -> None:
    plant(house.index, *burst(6))
    alert_all(house, NOW)
    plant(house.index, *burst(3, first=50))
    assert alert_all(house, NOW + timedelta(minutes=5)).queued == 0
    plant(house.index, *burst(3, first=90))
    assert alert_all(house, NOW + timedelta(minutes=10)).queued == 2
    assert alert_all(house, NOW + timedelta(minutes=15)).queued == 0
    alerts = [item.message for item in mailbox.received if "X-Falselight-Incident" in item.message]
    assert [message["Subject"].split(":")[0] for message in alerts[::2]] == [
        "[medium] 6 posts",
        "[high] 12 posts and rising",
    ]
    assert len({message["References"] for message in alerts}) == 1
    assert len({message["Message-ID"] for message in alerts}) == 4


STEPS: list[tuple[Any, str, int]] = [
    (Watch, "find", 1),
    (Watch, "note", 1),
    (Watch, "queue_incidents", 1),
    (incidents, "mark_notified", 1),
    (outbox, "queue", 1),
    (outbox, "queue", 2),
    (Watch, "queue_digests", 1),
    (stage, "send_due", 1),
    (Connection, "deliver", 1),
    (outbox, "mark_sent", 1),
    (outbox, "mark_sent", 4),
]


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
@pytest.mark.parametrize(("owner", "name", "call"), STEPS, ids=[f"{name}-{call}" for _, name, call in STEPS])
def test_killed_at_any_step_the_next_run_ends_as_if_nothing_had_happened(
    house: House, mailbox: MailBox, undisturbed: Stored, owner: Any, name: str, call: int, after: bool
) -> None:
    plant(house.index, *many_languages())
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(owner, name, killing(getattr(owner, name), after=after, call=call))
        try:
            alert_all(house, NOW)
        except KeyboardInterrupt:
            pass
    alert_all(house, NOW)
    killed, mails = stored(house), mailbox.ids()
    assert len(set(mails)) == 4
    assert len(mails) <= 5  # at most one repeat, with the same Message-ID
    assert killed == undisturbed


def killing(step: Callable[..., Any], *, after: bool, call: int) -> Callable[..., Any]:
    calls = 0

    def killed(*args: Any, **kwargs: Any) -> Any:
        nonlocal calls
        calls += 1
        if calls == call and not after:
            raise KeyboardInterrupt
        result = step(*args, **kwargs)
        if calls == call:
            raise KeyboardInterrupt
        return result

    return killed


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> Stored:
    """What state holds after a run that nobody killed."""
    home = tmp_path_factory.mktemp("undisturbed")
    with mail_server() as box:
        settings = Settings(_env_file=None, home=home, smtp_host=box.host, smtp_port=box.port, mail_to=RECEIVERS)
        with open_house(settings) as house:
            plant(house.index, *many_languages())
            alert_all(house, NOW)
            return stored(house)


def test_a_dead_mail_server_fails_visibly_after_everything_is_written(house: House, tmp_path: Path) -> None:
    settings = house.settings.model_copy(update={"smtp_port": 9, "home": tmp_path / "var"})
    with open_house(settings) as lonely:
        plant(lonely.index, *burst(12))
        for _ in range(2):
            with pytest.raises(Retry, match=r"4 mails wait in the outbox, 0 were sent: mail server 127\.0\.0\.1:9"):
                alert_all(lonely, NOW)
        found, mails, _ = stored(lonely)
    assert [row[1] for row in found] == ["notified"]
    assert [row[4] for row in mails] == [False] * 4


def test_mails_that_wait_are_sent_even_while_the_index_is_down(house: House, mailbox: MailBox) -> None:
    plant(house.index, *burst(12))
    write_due(house, NOW, load_book())

    class Down(SqliteIndex):
        def terms(self, *_: Any, **__: Any) -> Any:
            raise Missing("index is down")

    down = Down(house.settings.index_location)
    broken = House(**{name: getattr(house, name) for name in House.__dataclass_fields__} | {"index": down})
    with pytest.raises(Missing):
        alert_all(broken, NOW)
    down.close()
    assert len(mailbox.received) == 4


def test_a_bad_rule_is_reported_and_the_others_speak(house: House, mailbox: MailBox, tmp_path: Path) -> None:
    folder = tmp_path / "book"
    for name in ("rules", "digests"):
        shutil.copytree(str(files("falselight.alerts").joinpath(name)), folder / name)
    (folder / "rules" / "bad.yml").write_text("id: bad\n")
    plant(house.index, *burst(12))
    done = alert_all(house, NOW, load_book(folder))
    assert done.findings == 1
    assert "falselight/alerts/rules/bad.yml: field " in str(done)
    assert len(mailbox.received) == 4


def test_a_step_whose_rule_became_unreadable_waits_for_it(house: House, mailbox: MailBox, tmp_path: Path) -> None:
    plant(house.index, *burst(12))
    book = load_book()
    with lease(house.state, "alert", 60) as held:
        watch = Watch(state=house.state, index=house.index, settings=house.settings, book=book, guard=held.renew_in)
        watch.note(watch.find(NOW)[0], NOW)
    alert_all(house, NOW, load_book(tmp_path))
    assert mailbox.received == []
    alert_all(house, NOW + timedelta(days=9), book)
    assert sum("X-Falselight-Incident" in item.message for item in mailbox.received) == 2


def test_without_receivers_a_step_waits_for_one(house: House, mailbox: MailBox) -> None:
    def with_receivers(*receivers: str) -> House:
        settings = house.settings.model_copy(update={"mail_to": receivers})
        return House(**{name: getattr(house, name) for name in House.__dataclass_fields__} | {"settings": settings})

    plant(house.index, *burst(12))
    assert alert_all(with_receivers(), NOW).queued == 0
    assert alert_all(with_receivers("anna@eeas.example"), NOW).queued == 2


def test_two_schedulers_at_once_write_once(house: House, mailbox: MailBox) -> None:
    plant(house.index, *burst(12))
    with lease(house.state, "alert", 60), pytest.raises(Retry, match="alert is being worked on"):
        alert_all(house, NOW)
    alert_all(house, NOW)
    assert len(mailbox.received) == len(set(mailbox.ids())) == 4


def test_without_a_moment_the_clock_of_the_settings_decides(house: House, mailbox: MailBox) -> None:
    plant(house.index, *burst(12))
    replay = House(
        **{name: getattr(house, name) for name in House.__dataclass_fields__}
        | {"settings": house.settings.model_copy(update={"clock": NOW})}
    )
    assert alert_all(replay).queued == 4


def test_mails_as_files_open_without_a_mail_program(house: House, tmp_path: Path) -> None:
    plant(house.index, *many_languages())
    alert_all(house, NOW)
    written = write_mails(house, tmp_path / "mails")
    assert write_mails(house, tmp_path / "mails") == written
    assert len(written) == len(set(written)) == 8
    pages = [path.read_text(encoding="utf-8") for path in written if path.suffix == ".html"]
    assert all("data:image/png;base64," in page and "cid:" not in page for page in pages)
    assert any("سنوور" in page for page in pages)
    with house.state.begin() as session:
        bodies = {row.body for row in outbox.mails(session)}
    assert {path.read_bytes() for path in written if path.suffix == ".eml"} == bodies


def test_explain_tells_why_and_who_was_told(house: House, mailbox: MailBox) -> None:
    mailbox.behaviour.refuse = {"bo@eeas.example"}
    plant(house.index, *burst(12))
    alert_all(house, NOW)
    with house.state.begin() as session:
        (row,) = incidents.open_incidents(session)
    said = explain(house.state, row.id)
    assert f"{row.id}: notified, severity high, at most 12 posts in one window" in said
    assert "12 posts in 3 channels matched for “Eastern land border”" in said
    assert "mail to anna@eeas.example about high: sent " in said
    assert "550 5.1.1 no such mailbox" in said


def test_explain_names_what_is_open_when_the_id_is_wrong(house: House) -> None:
    with pytest.raises(KeyError, match="none is open"):
        explain(house.state, "nothing")
