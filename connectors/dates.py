"""Dates as feeds and exports write them."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

_ZONE = re.compile(r"\b(?:GMT|UTC)\s*([+-])(\d{1,2})(?::?(\d\d))?\s*$", re.IGNORECASE)
_EPOCH = re.compile(r"\d{9,10}(?:\.\d+)?|\d{12,13}")  # seconds or milliseconds since 1970


def read_date(text: str) -> datetime | None:
    """The moment a text means: ISO 8601, RFC 2822 and its misspellings, or epoch seconds; None when it cannot be read.

    Aware; a date without zone counts as UTC.
    """
    text = " ".join(text.split())
    if _EPOCH.fullmatch(text):
        seconds = float(text) / (1000 if len(text.split(".")[0]) > 10 else 1)
        return datetime.fromtimestamp(seconds, UTC)
    for read in (datetime.fromisoformat, _mail_date):
        try:
            found = read(text)
            return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)
        except (ValueError, TypeError, IndexError, OverflowError):
            continue
    return None


def _mail_date(text: str) -> datetime:
    spaced = re.sub(r",(?=\S)", ", ", text)
    return parsedate_to_datetime(_ZONE.sub(lambda m: f"{m[1]}{int(m[2]):02d}{m[3] or '00'}", spaced))
