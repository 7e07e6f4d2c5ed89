"""The outbox against a real SMTP server that greylists, refuses, hangs up and dies."""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import trustme

from falselight.alerts.mail import Letter, address_to
from falselight.alerts.send import Sent, send_due
from falselight.alerts.server import Connection, MailServer
from falselight.state import State, outbox
from falselight.state.leases import lease
from falselight.state.tables import OutboxRow
from tests.servers.smtp import PASSWORD, USER, Behaviour, MailBox, free_port, mail_server

NOW = datetime(2021, 11, 8, 7, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


@pytest.fixture
def state(tmp_path: Path) -> Iterator[State]:
    opened = State(f"sqlite:///{tmp_path / 'state.sqlite'}")
    yield opened
    opened.close()


@pytest.fixture
def three(state: State) -> State:
    """A state with three mails to three receivers."""
    return with_mails(state, "anna@eeas.example", "bo@eeas.example", "cleo@eeas.example")


def with_mails(state: State, *recipients: str) -> State:
    letter = Letter(
        about="incident:a-1:high",
        subject="[high] 17 posts",
        text="17 posts\n.\nFrom the border: سنوور\n",
        html="<p>17 posts</p>",
        chart=None,
        chart_name="",
        created_at=NOW,
        thread="a-1",
    )
    with state.begin() as session:
        outbox.queue(
            session, [address_to(letter, recipient, "falselight@falselight.example") for recipient in recipients]
        )
    return state


def server(box: MailBox, **changes: object) -> MailServer:
    given: dict[str, object] = {
        "host": box.host, "port": box.port, "security": "none", "user": None, "password": None,
        "sender": "falselight@falselight.example", "timeout_seconds": 5,
    }  # fmt: skip
    return MailServer(**(given | changes))  # type: ignore[arg-type]


def send(state: State, box: MailBox, now: datetime = NOW, **changes: object) -> Sent:
    return send_due(state, server(box, **changes), now, lease_seconds=60)


def rows(state: State) -> list[OutboxRow]:
    with state.begin() as session:
        return sorted(outbox.mails(session), key=lambda row: row.recipient)


def test_every_mail_goes_to_its_own_receiver_over_one_connection_and_only_once(three: State) -> None:
    with mail_server() as box:
        assert send(three, box) == Sent(sent=3, waiting=0, parked=0)
        assert send(three, box) == Sent(sent=0, waiting=0, parked=0)
    assert sorted(item.recipients for item in box.received) == [(row.recipient,) for row in rows(three)]
    assert sorted(box.ids()) == sorted(row.id for row in rows(three))
    assert box.connections == 1
    assert {item.sender for item in box.received} == {"falselight@falselight.example"}


def test_lines_that_smtp_or_mailboxes_take_for_signs_arrive_whole(state: State) -> None:
    with_mails(state, "anna@eeas.example")
    with mail_server() as box:
        send(state, box)
    text = box.received[0].message.get_body(("plain",))
    assert text is not None
    assert text.get_content().splitlines() == ["17 posts", ".", "From the border: سنوور"]
    assert box.received[0].content == rows(state)[0].body


def test_a_password_is_never_printed() -> None:
    box = MailBox(host="mail.example", port=25, behaviour=Behaviour())
    assert PASSWORD not in repr(server(box, user=USER, password=PASSWORD))


def test_a_server_that_wants_a_login_and_gets_none_counts_as_down(three: State, authority: trustme.CA) -> None:
    with mail_server(tls=server_context(authority), login=True) as box:
        done = send(three, box, security="starttls")
    assert (done.waiting, done.parked) == (3, 0)
    assert "530" in str(done.down)


def test_greylisting_is_waited_out(three: State) -> None:
    with mail_server(Behaviour(greylist=True)) as box:
        assert send(three, box) == Sent(sent=0, waiting=3, parked=0)
        assert send(three, box, NOW + MINUTE / 2) == Sent(sent=0, waiting=3, parked=0)
        assert send(three, box, NOW + MINUTE) == Sent(sent=3, waiting=0, parked=0)
    assert len(set(box.ids())) == len(box.ids()) == 3


def test_one_refused_receiver_is_parked_and_told_and_costs_nobody_else(three: State) -> None:
    with mail_server(Behaviour(refuse={"bo@eeas.example"})) as box:
        done = send(three, box)
        assert (done.sent, done.waiting, done.parked, done.down) == (2, 0, 1, None)
        assert done.refused == ("bo@eeas.example: 550 5.1.1 no such mailbox",)
        assert send(three, box, NOW + timedelta(days=1)) == Sent(sent=0, waiting=0, parked=1)
        box.behaviour.refuse.clear()
        with three.begin() as session:
            assert outbox.release(session, rows(three)[1].id)
        assert send(three, box).sent == 1


def test_refused_content_is_parked(three: State) -> None:
    with mail_server(Behaviour(refuse_content={"anna@eeas.example"})) as box:
        assert send(three, box).refused == ("anna@eeas.example: 554 5.6.0 content not allowed",)
    assert len(box.received) == 2


def test_a_connection_lost_after_data_repeats_with_the_same_message_id(three: State) -> None:
    with mail_server(Behaviour(drop_after_data=1)) as box:
        done = send(three, box)
        assert (done.sent, done.waiting, done.down) == (2, 1, None)
        assert send(three, box, NOW + MINUTE).sent == 1
    assert len(box.ids()) == 4
    assert set(box.ids()) == {row.id for row in rows(three)}
    twice = [item.content for item in box.received if box.ids().count(str(item.message["Message-ID"])) == 2]
    assert twice[0] == twice[1]


def test_after_two_lost_connections_the_rest_is_not_tried(three: State) -> None:
    with mail_server(Behaviour(drop_after_data=9)) as box:
        done = send(three, box)
    assert (done.sent, done.waiting, len(box.received)) == (0, 3, 2)
    assert done.down is not None
    assert sorted(row.attempts for row in rows(three)) == [0, 1, 1]


def test_a_dead_server_is_asked_once_and_loses_nothing(three: State) -> None:
    dead = MailBox(host="127.0.0.1", port=free_port(), behaviour=Behaviour())
    done = send(three, dead)
    assert (done.sent, done.waiting, done.parked) == (0, 3, 0)
    assert done.down is not None
    assert f"127.0.0.1:{dead.port}" in done.down
    assert sorted(row.attempts for row in rows(three)) == [0, 0, 1]
    with mail_server(port=dead.port) as box:
        assert send(three, box, NOW + MINUTE) == Sent(sent=3, waiting=0, parked=0)
        assert len(box.received) == 3


def test_a_server_that_was_down_counts_as_down_until_a_mail_has_gone(state: State) -> None:
    with_mails(state, "anna@eeas.example")
    dead = MailBox(host="127.0.0.1", port=free_port(), behaviour=Behaviour())
    first = send(state, dead)
    again = send(state, dead, NOW + MINUTE / 2)
    assert first.down == again.down is not None
    assert rows(state)[0].attempts == 1


def test_an_hour_without_server_ends_with_every_mail_sent_once(three: State) -> None:
    dead = MailBox(host="127.0.0.1", port=free_port(), behaviour=Behaviour())
    for minute in range(0, 60, 5):
        send(three, dead, NOW + minute * MINUTE)
    with mail_server(port=dead.port) as box:
        for minute in range(60, 130, 5):
            send(three, box, NOW + minute * MINUTE)
    assert sorted(box.ids()) == sorted(row.id for row in rows(three))


@pytest.mark.parametrize(
    ("behaviour", "told"),
    [(Behaviour(closing=True), "421"), (Behaviour(refuse_sender=True), "refuses the sender: 550")],
)
def test_what_meets_all_mails_alike_parks_none(three: State, behaviour: Behaviour, told: str) -> None:
    with mail_server(behaviour) as box:
        done = send(three, box)
    assert (done.sent, done.waiting, done.parked) == (0, 3, 0)
    assert told in str(done.down)


def test_a_slow_server_is_waited_for_and_a_too_slow_one_left(state: State) -> None:
    with_mails(state, "anna@eeas.example")
    with mail_server(Behaviour(slow_seconds=0.5)) as box:
        slow = send(state, box, timeout_seconds=0.2)
        assert (slow.sent, slow.waiting) == (0, 1)
        assert send(state, box, NOW + MINUTE, timeout_seconds=5).sent == 1
    assert len(set(box.ids())) == 1


def test_a_mail_that_somebody_else_is_sending_is_left_to_them(three: State, monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[Sent] = []
    deliver = Connection.deliver

    def while_sending(self: Connection, recipient: str, message: bytes) -> None:
        if not told:
            told.append(Sent(sent=-1, waiting=0, parked=0))
            told.append(send(three, box))
        deliver(self, recipient, message)

    monkeypatch.setattr(Connection, "deliver", while_sending)
    with mail_server() as box:
        mine = send(three, box)
    assert (mine.sent, told[1].sent) == (1, 2)
    assert len(box.ids()) == len(set(box.ids())) == 3


def test_killed_after_the_servers_answer_repeats_once_with_the_same_id(
    three: State, monkeypatch: pytest.MonkeyPatch
) -> None:
    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    with mail_server() as box:
        with monkeypatch.context() as patched:
            patched.setattr(outbox, "mark_sent", killed)
            with pytest.raises(KeyboardInterrupt):
                send(three, box)
        assert (len(box.ids()), rows(three)[0].sent_at) == (1, None)
        assert send(three, box) == Sent(sent=3, waiting=0, parked=0)
    assert len(box.ids()) == 4
    assert len(set(box.ids())) == 3


def test_a_lease_of_a_dead_sender_holds_nothing(three: State) -> None:
    with mail_server() as box, lease(three, "alert", 60):
        assert send(three, box).sent == 3


@pytest.fixture
def authority(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> trustme.CA:
    """A certificate authority that this process trusts."""
    authority = trustme.CA()
    authority.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "ca.pem"))
    return authority


def server_context(authority: trustme.CA, name: str = "127.0.0.1") -> ssl.SSLContext:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert(name).configure_cert(context)
    return context


def test_starttls_with_login(three: State, authority: trustme.CA) -> None:
    with mail_server(tls=server_context(authority), login=True) as box:
        assert send(three, box, security="starttls", user=USER, password=PASSWORD).sent == 3
    assert all(item.encrypted for item in box.received)


def test_tls_from_the_first_byte_with_login(three: State, authority: trustme.CA) -> None:
    with mail_server(tls=server_context(authority), implicit=True, login=True) as box:
        assert send(three, box, security="tls", user=USER, password=PASSWORD).sent == 3


def test_a_wrong_password_says_which_setting(three: State, authority: trustme.CA) -> None:
    with mail_server(tls=server_context(authority), login=True) as box:
        done = send(three, box, security="starttls", user=USER, password="wrong")
    assert (done.sent, done.waiting) == (0, 3)
    assert "FALSELIGHT_SMTP_PASSWORD" in str(done.down)
    assert "wrong" not in str(done.down)


def test_a_certificate_for_another_name_is_refused(three: State, authority: trustme.CA) -> None:
    with mail_server(tls=server_context(authority, "other.example")) as box:
        done = send(three, box, security="starttls")
    assert "certificate" in str(done.down).lower()
    assert box.received == []


def test_a_server_without_starttls_gets_no_mail_in_clear(three: State) -> None:
    with mail_server() as box:
        done = send(three, box, security="starttls")
    assert done.down is not None
    assert (done.waiting, box.received) == (3, [])
