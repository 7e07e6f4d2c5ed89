"""Mails of the outbox as files that a person can open: the message (.eml) and its HTML with the pictures inside."""

from __future__ import annotations

import base64
import email
import re
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path

from falselight.state.tables import OutboxRow


def write_files(rows: list[OutboxRow], folder: Path) -> list[Path]:
    """Write each mail as NAME.eml and NAME.html, over older files of the same names; returns what was written.

    Mails whose text was taken out (retention, erasure) are left out.
    """
    folder.mkdir(parents=True, exist_ok=True)
    written: list[Path] = []
    for row in rows:
        if row.body:
            path = folder / _name(row)
            written += [path.with_suffix(".eml"), path.with_suffix(".html")]
            path.with_suffix(".eml").write_bytes(row.body)
            path.with_suffix(".html").write_text(page_of(row.body), encoding="utf-8")
    return written


def page_of(body: bytes) -> str:
    """The HTML part of a message, with pictures as data: addresses; empty where it has none."""
    message = email.message_from_bytes(body, policy=SMTP)
    assert isinstance(message, EmailMessage)
    part = message.get_body(("html",))
    html = str(part.get_content()) if part else ""
    for picture in message.walk():
        content_id = str(picture.get("Content-ID", "")).strip().strip("<>")
        if content_id and isinstance(data := picture.get_payload(decode=True), bytes):
            encoded = base64.b64encode(data).decode("ascii")
            html = html.replace(f"cid:{content_id}", f"data:{picture.get_content_type()};base64,{encoded}")
    return html


def _name(row: OutboxRow) -> str:
    words = re.sub(r"[^A-Za-z0-9]+", "-", f"{row.created_at:%Y-%m-%d}-{row.about}-{row.recipient}").strip("-")
    # The hash keeps apart what the words do not; no dot, for Path.with_suffix.
    return f"{words[:100]}-{re.sub(r'[^a-f0-9]', '', row.id.partition('@')[0])[-8:]}"
