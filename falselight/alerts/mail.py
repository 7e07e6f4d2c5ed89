"""From parts to the bytes of a message: the same parts give the same bytes, whenever and wherever."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.errors import HeaderParseError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr

from falselight.alerts.clean import one_line, shorten
from falselight.errors import Halt
from falselight.state.outbox import Mail

SUBJECT_CHARS = 120  # phones show 40 to 60; the words that matter stand in front
DISPLAY_NAME = "Falselight"
CHART_ID = "chart"
_POLICY = SMTP.clone(cte_type="7bit")  # passes every server, also one without 8BITMIME


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """One mail before it has a receiver. `about`: the incident step or digest it tells of; `chart`: PNG, None without.

    `html` refers to the chart as `cid:chart`, which becomes its Content-ID. `thread`: the same for all mails that
    belong together.
    """

    about: str
    subject: str
    text: str
    html: str
    chart: bytes | None
    chart_name: str
    created_at: datetime
    thread: str
    headers: Mapping[str, str] = field(default_factory=dict)


def address_to(letter: Letter, recipient: str, sender: str) -> Mail:
    """The letter as a mail to one recipient. `recipient`, `sender`: from the settings; Halt names one that is wrong."""
    domain = domain_of(sender)
    message_id = message_id_of(letter.about, recipient, domain)
    message = EmailMessage(policy=_POLICY)
    message["From"] = _address(sender, "FALSELIGHT_MAIL_FROM", DISPLAY_NAME)
    message["To"] = _address(recipient, "FALSELIGHT_MAIL_TO")
    message["Subject"] = shorten(one_line(letter.subject), SUBJECT_CHARS)
    message["Date"] = format_datetime(letter.created_at.astimezone(UTC).replace(microsecond=0))
    message["Message-ID"] = message_id
    for name, value in _headers(letter, domain).items():
        message[name] = one_line(value)
    _fill(message, letter, domain)
    return Mail(
        id=message_id,
        about=letter.about,
        recipient=recipient,
        subject=str(message["Subject"]),
        body=message.as_bytes(),
        created_at=letter.created_at,
    )


def message_id_of(about: str, recipient: str, domain: str) -> str:
    """Fixed before anything is sent, so that a repeat can be recognised."""
    return f"<falselight.{_digest(about, recipient.lower())}@{domain}>"


def domain_of(sender: str) -> str:
    """The part of an address that Message-IDs end with."""
    domain = parseaddr(sender)[1].partition("@")[2].lower()
    plain = re.sub(r"[^a-z0-9.-]", "", domain.encode("idna").decode("ascii")) if domain else ""
    return plain[-60:].strip(".-") or "localhost"  # the outbox's key has 120 characters


def _address(text: str, setting: str, display_name: str = "") -> Address:
    try:
        address = Address(display_name, addr_spec=parseaddr(text)[1])
    except (HeaderParseError, IndexError, ValueError):
        address = Address()
    if not (address.username and address.domain) or one_line(text) != text:
        raise Halt(f"{setting}: {text!r} is no mail address; write name@host.example")
    return address


def _headers(letter: Letter, domain: str) -> dict[str, str]:
    return {
        "References": f"<{_digest('thread', letter.thread)}@{domain}>",  # one thread an incident, in every mail program
        "List-Id": f"Falselight alerts <alerts.{domain}>",
        "Auto-Submitted": "auto-generated",  # RFC 3834: no vacation notice in answer
        "X-Auto-Response-Suppress": "All",  # the same for Exchange
        **letter.headers,
    }


def _fill(message: EmailMessage, letter: Letter, domain: str) -> None:
    content_id = f"{CHART_ID}.{_digest('chart', letter.about)}@{domain}"
    message.set_content(letter.text, cte="quoted-printable")
    message.add_alternative(letter.html.replace(f"cid:{CHART_ID}", f"cid:{content_id}"), "html", cte="quoted-printable")
    if letter.chart:
        page = list(message.iter_parts())[-1]
        assert isinstance(page, EmailMessage)
        page.add_related(
            letter.chart, "image", "png", cid=f"<{content_id}>", filename=letter.chart_name, disposition="inline"
        )
    # Boundaries would be random; "=_" cannot occur in quoted-printable or base64 (RFC 2045, 6.7).
    for part in list(message.walk())[1:]:
        del part["MIME-Version"]  # belongs to the whole message only (RFC 2045, 4)
    for number, part in enumerate(part for part in message.walk() if part.is_multipart()):
        part.set_boundary(f"=_falselight_{number}_{_digest('boundary', letter.about)}")


def _digest(*parts: str) -> str:
    joined = "".join(f"{len(part)}:{part}" for part in parts)
    return hashlib.sha256(joined.encode("utf-8", "replace")).hexdigest()[:24]
