"""Talking to a mail server: one connection for many mails, and every answer sorted by what is to be done next."""

from __future__ import annotations

import smtplib
import ssl
from dataclasses import dataclass, field
from email.utils import parseaddr
from types import TracebackType
from typing import Literal, Self

from falselight.settings import Settings


@dataclass(frozen=True, slots=True, kw_only=True)
class MailServer:
    """Where mails go out. `sender`: address of the envelope; `timeout_seconds`: for connecting and for each answer."""

    host: str
    port: int
    security: Literal["none", "starttls", "tls"]
    user: str | None
    password: str | None = field(repr=False)
    sender: str
    timeout_seconds: float

    @classmethod
    def of(cls, settings: Settings, timeout_seconds: float = 30) -> Self:
        """The server that the settings name."""
        return cls(
            host=settings.smtp_host,
            port=settings.smtp_port,
            security=settings.smtp_security,
            user=settings.smtp_user,
            password=settings.smtp_password.get_secret_value() if settings.smtp_password else None,
            sender=parseaddr(settings.mail_from)[1],
            timeout_seconds=timeout_seconds,
        )

    def __str__(self) -> str:
        return f"{self.host}:{self.port}"


class NotTakenError(Exception):
    """A mail was not taken; the kinds say what is to be done next."""


class Later(NotTakenError):
    """The server takes this mail later (4xx, connection lost on the way)."""


class Never(NotTakenError):
    """The server will not take this mail (5xx about its receiver or content)."""


class Down(NotTakenError):
    """The server takes no mail at all: not reachable, login or sender refused; the next mail would fare no better."""


class Connection:
    """A connection that is made at the first mail and made anew when it was lost."""

    def __init__(self, server: MailServer) -> None:
        self._server = server
        self._smtp: smtplib.SMTP | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._hang_up(polite=kind is None)

    def deliver(self, recipient: str, message: bytes) -> None:
        """Returns when the server has answered 250 to the whole message. Raises Later, Never, Down."""
        smtp = self._smtp or self._connect()
        try:
            smtp.sendmail(self._server.sender, [parseaddr(recipient)[1]], message)
        except smtplib.SMTPRecipientsRefused as error:
            code, text = next(iter(error.recipients.values()))
            raise _sorted(code, f"{code} {_plain(text)}") from error
        except smtplib.SMTPSenderRefused as error:
            # 552 is about the size of this mail; any other refusal of the sender meets all mails alike.
            said = f"{error.smtp_code} {_plain(error.smtp_error)}"
            raise (
                Never(said) if error.smtp_code == 552 else Down(f"{self._server} refuses the sender: {said}")
            ) from error
        except smtplib.SMTPDataError as error:
            raise _sorted(error.smtp_code, f"{error.smtp_code} {_plain(error.smtp_error)}") from error
        except (smtplib.SMTPNotSupportedError, UnicodeEncodeError) as error:
            raise Never(f"the server cannot take this address: {error}") from error
        except (smtplib.SMTPException, OSError) as error:
            self._hang_up(polite=False)
            raise Later(f"connection lost: {_plain(error)}") from error

    def _connect(self) -> smtplib.SMTP:
        server = self._server
        try:
            self._smtp = smtp = self._open()
            if server.security == "starttls":
                smtp.starttls(context=ssl.create_default_context())
            if server.user:
                smtp.login(server.user, server.password or "")
        except smtplib.SMTPAuthenticationError as error:
            self._hang_up(polite=False)
            todo = "look at FALSELIGHT_SMTP_USER and FALSELIGHT_SMTP_PASSWORD"
            raise Down(f"{server} refuses the login ({error.smtp_code}): {todo}") from error
        except (smtplib.SMTPException, OSError) as error:
            self._hang_up(polite=False)
            raise Down(f"mail server {server} ({server.security}) does not take mail: {_plain(error)}") from error
        return smtp

    def _open(self) -> smtplib.SMTP:
        server = self._server
        if server.security == "tls":
            context = ssl.create_default_context()
            return smtplib.SMTP_SSL(server.host, server.port, timeout=server.timeout_seconds, context=context)
        return smtplib.SMTP(server.host, server.port, timeout=server.timeout_seconds)

    def _hang_up(self, *, polite: bool) -> None:
        smtp, self._smtp = self._smtp, None
        if smtp is None:
            return
        try:
            if polite:
                smtp.quit()
        except (smtplib.SMTPException, OSError):
            pass  # the mails are delivered; how the goodbye went does not matter
        finally:
            smtp.close()


def _sorted(code: int, text: str) -> NotTakenError:
    if code == 421:  # RFC 5321, 3.8: the service closes the connection
        return Down(f"the mail server goes away: {text}")
    return Never(text) if code >= 500 else Later(text)


def _plain(answer: object) -> str:
    text = answer.decode("utf-8", "replace") if isinstance(answer, bytes) else str(answer)
    return " ".join(text.split())[:300]
