# ruff: noqa: N802  # aiosmtpd finds its hooks by these names
"""A real SMTP server on this machine that behaves as the worst ones do; it keeps every message that it took."""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP as POLICY
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

USER, PASSWORD = "falselight", "correct horse"


@dataclass(kw_only=True)
class Behaviour:
    """How the server treats mails; may be changed while it runs.

    `greylist`: 451 at the first try of a recipient. `refuse`, `refuse_content`: recipients answered with 550 at RCPT or
    after DATA. `drop_after_data`: so many messages are taken, but the connection is cut before the answer.
    `refuse_sender`, `closing`: the answer to MAIL FROM for everybody (550, 421). `slow_seconds`: before each answer to DATA.
    """

    greylist: bool = False
    refuse: set[str] = field(default_factory=set)
    refuse_content: set[str] = field(default_factory=set)
    drop_after_data: int = 0
    refuse_sender: bool = False
    closing: bool = False
    slow_seconds: float = 0


@dataclass(frozen=True, kw_only=True)
class Received:
    """One message as it came: the envelope and its bytes; `encrypted`: over TLS."""

    sender: str
    recipients: tuple[str, ...]
    content: bytes
    encrypted: bool

    @property
    def message(self) -> EmailMessage:
        """The message, parsed by the standard library."""
        parsed = message_from_bytes(self.content, policy=POLICY)
        assert isinstance(parsed, EmailMessage)
        return parsed


@dataclass(kw_only=True)
class MailBox:
    """The running server: where it listens, how it behaves, what it took, and how often somebody connected."""

    host: str
    port: int
    behaviour: Behaviour
    received: list[Received] = field(default_factory=list)
    connections: int = 0
    login: bool = False
    tried: set[str] = field(default_factory=set)

    def ids(self) -> list[str]:
        """Message-IDs in the order of arrival."""
        return [str(item.message["Message-ID"]) for item in self.received]

    async def handle_EHLO(
        self, server: SMTP, session: Session, envelope: Envelope, host: str, responses: list[str]
    ) -> Any:
        self.connections += 1
        session.host_name = host
        return responses

    async def handle_MAIL(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if self.login and not session.authenticated:
            return "530 5.7.0 authentication required"
        if self.behaviour.closing:
            return "421 4.3.2 going down for maintenance"
        if self.behaviour.refuse_sender:
            return "550 5.7.1 sender not allowed"
        envelope.mail_from = address
        return "250 OK"

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if address in self.behaviour.refuse:
            return "550 5.1.1 no such mailbox"
        if self.behaviour.greylist and address not in self.tried:
            self.tried.add(address)
            return "451 4.7.1 greylisted, come back later"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        if self.behaviour.refuse_content.intersection(envelope.rcpt_tos):
            return "554 5.6.0 content not allowed"
        if self.behaviour.slow_seconds:
            await asyncio.sleep(self.behaviour.slow_seconds)
        content = envelope.original_content or b""
        tls = session.ssl is not None
        self.received.append(
            Received(
                sender=str(envelope.mail_from), recipients=tuple(envelope.rcpt_tos), content=content, encrypted=tls
            )
        )
        if self.behaviour.drop_after_data:
            self.behaviour.drop_after_data -= 1
            assert isinstance(server.transport, asyncio.Transport)
            server.transport.abort()
        return "250 OK"


@contextmanager
def mail_server(
    behaviour: Behaviour | None = None,
    *,
    tls: ssl.SSLContext | None = None,
    implicit: bool = False,
    login: bool = False,
    port: int | None = None,
) -> Iterator[MailBox]:
    """A server on 127.0.0.1. `tls`: for STARTTLS, or from the first byte where `implicit`; `login`: USER and PASSWORD."""
    box = MailBox(host="127.0.0.1", port=port or free_port(), behaviour=behaviour or Behaviour(), login=login)
    options: dict[str, Any] = {"enable_SMTPUTF8": False}
    if tls and not implicit:
        options |= {"tls_context": tls, "require_starttls": True}
    if login:
        options |= {"authenticator": _authenticate, "auth_require_tls": tls is not None and not implicit}
    context = tls if implicit else None
    controller = Controller(box, hostname=box.host, port=box.port, ssl_context=context, ready_timeout=20, **options)
    controller.start()
    box.connections, box.received = 0, []
    try:
        yield box
    finally:
        controller.stop()


def free_port() -> int:
    """A port of this machine on which nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _authenticate(server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: Any) -> AuthResult:
    right = isinstance(data, LoginPassword) and (data.login, data.password) == (USER.encode(), PASSWORD.encode())
    return AuthResult(success=right, handled=False)
