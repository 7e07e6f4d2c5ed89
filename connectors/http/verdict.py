"""What an answer or a failure means for the caller: come back later (Retry) or a person has to act (Halt)."""

from __future__ import annotations

import ssl
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

import httpx

from falselight.errors import FalselightError, Halt, Retry

MAX_RETRY_AFTER_SECONDS = 86_400.0  # a server that says "in a year" is asked again tomorrow
NOT_FOUND_SECONDS = 21_600.0  # 404 is mostly a redesign or a slip that somebody repairs; asked four times a day
_RETIRE = "retire the source in the catalogue"


class NotFound(Retry):
    """404: the page may come back, a whole feed mostly does; for an article it is the end."""


def refuse_status(status: int, headers: Mapping[str, str], url: str) -> None:
    """Nothing for 2xx and 304; raises Retry or Halt for the rest. `headers`: lower-case names."""
    if 200 <= status < 300 or status == 304:
        return
    if status in (408, 425, 429) or status >= 500:
        raise _later(status, headers, url)
    if status == 404:
        text = f"{url}: not found (404); asked again in six hours. If it lasts: find the new address, or {_RETIRE}"
        raise NotFound(text, after_seconds=NOT_FOUND_SECONDS)
    if status == 410:
        raise Halt(f"{url}: gone for good (410): {_RETIRE}, or give it its new address")
    if status in (401, 403, 451):
        raise Halt(
            f"{url}: access refused ({status}); open it in a browser: if people may read it, ask the owner to admit "
            f"our User-Agent, else {_RETIRE}"
        )
    raise Halt(f"{url}: unexpected answer {status}; open the address in a browser and correct it in the catalogue")


def _later(status: int, headers: Mapping[str, str], url: str) -> Retry:
    wait = retry_after_seconds(headers.get("retry-after"), datetime.now(UTC))
    asked = f"it asked for {wait:.0f} s of pause" if wait is not None else "asked again later"
    why = "too many requests" if status == 429 else "the server has a problem"
    return Retry(f"{url}: {why} ({status}); {asked}, nothing to do unless this lasts for days", after_seconds=wait)


def retry_after_seconds(value: str | None, now: datetime) -> float | None:
    """Seconds of a Retry-After header (seconds or HTTP date), 0 to a day; None where there is none to understand."""
    if value is None:
        return None
    try:
        wait = float(value) if value.strip().isdigit() else (_aware(parsedate_to_datetime(value)) - now).total_seconds()
    except (ValueError, OverflowError):
        return None
    return min(max(wait, 0.0), MAX_RETRY_AFTER_SECONDS)


def _aware(moment: datetime) -> datetime:
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def failure(error: Exception, url: str, *, timeout_seconds: float, total_seconds: float) -> FalselightError:
    """The Retry or Halt for an exception of httpx."""
    broken = next((cause for cause in _causes(error) if isinstance(cause, ssl.SSLError)), None)
    if broken is not None and not isinstance(broken, (ssl.SSLEOFError, ssl.SSLZeroReturnError)):
        return _tls(broken, url)
    if isinstance(error, httpx.TimeoutException):
        limits = f"{timeout_seconds:g} s a step, {total_seconds:g} s in all"
        return Retry(f"{url}: too slow ({type(error).__name__}; limits: {limits}); asked again later")
    if isinstance(error, (httpx.InvalidURL, httpx.UnsupportedProtocol, httpx.LocalProtocolError)):
        return Halt(f"{url}: no address that can be asked ({error}); correct it in the catalogue")
    detail = str(error) or type(error).__name__
    return Retry(
        f"{url}: the connection failed ({detail}); asked again later, nothing to do unless this lasts for days"
    )


def _tls(error: ssl.SSLError, url: str) -> Halt:
    if isinstance(error, ssl.SSLCertVerificationError):
        return Halt(
            f"{url}: its certificate cannot be trusted ({error.verify_message}); compare it in a browser and tell the "
            "owner. Nothing is fetched without a valid certificate"
        )
    return Halt(f"{url}: no secure connection ({error.reason or error}); check scheme and port of the address")


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__
