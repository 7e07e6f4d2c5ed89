"""The client: one GET with everything that politeness and suspicion ask for."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from http.cookiejar import CookieJar, DefaultCookiePolicy
from types import TracebackType
from typing import Self
from urllib.parse import urljoin, urlsplit

import httpx

from connectors.http import pace
from connectors.http.body import ACCEPT_ENCODING, read_body, read_start, too_large
from connectors.http.limits import HttpLimits
from connectors.http.network import Guard, GuardedTransport
from connectors.http.response import Response
from connectors.http.robots import MAX_ROBOTS_BYTES, Robots
from connectors.http.verdict import failure, refuse_status, retry_after_seconds
from falselight.errors import Halt

REDIRECTS = frozenset({301, 302, 303, 307, 308})
PERMANENT = frozenset({301, 308})
# Cookies would make two readers of one page different persons; the others describe a transfer that is over.
DROPPED_HEADERS = frozenset({"set-cookie", "set-cookie2", "content-encoding", "transfer-encoding", "content-length"})


@dataclass(frozen=True, slots=True)
class _Hop:
    """One answer before anybody judged it. `body`: empty for redirects and errors."""

    url: str
    status: int
    headers: Mapping[str, str]
    body: bytes
    at: datetime
    moved_to: str | None = None


class HttpClient:
    """Fetches public pages; a context manager. One client is for one thread.

    Every call may raise Retry (come back later, `after_seconds` where the server said when) or Halt (a person has to
    act); every message says what happened, where, and what to do.
    """

    def __init__(self, limits: HttpLimits) -> None:
        self.limits = limits
        self._guard = Guard(limits)
        self._client = httpx.Client(
            transport=GuardedTransport(self._guard, limits.verify),
            timeout=limits.timeout_seconds,
            follow_redirects=False,
            trust_env=False,  # no proxies and no .netrc passwords of the machine
            cookies=CookieJar(DefaultCookiePolicy(allowed_domains=[])),
        )
        self._robots = Robots(limits.user_agent, self._ask_robots)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close all connections."""
        self._client.close()

    def get(
        self, url: str, *, etag: str | None = None, last_modified: str | None = None, accept: str | None = None
    ) -> Response:
        """The page at `url`, redirects followed. `etag`, `last_modified`: of the copy that is here already."""
        headers = self._headers(accept, {"If-None-Match": etag, "If-Modified-Since": last_modified})
        hop = self._follow(url, headers)
        refuse_status(hop.status, hop.headers, hop.url)
        return Response(
            url=hop.url,
            status=hop.status,
            headers={name: value for name, value in hop.headers.items() if name not in DROPPED_HEADERS},
            payload=hop.body,
            content_type=hop.headers.get("content-type", ""),
            fetched_at=hop.at,
            not_modified=hop.status == 304,
            moved_permanently_to=hop.moved_to,
        )

    def _headers(self, accept: str | None, conditions: Mapping[str, str | None]) -> dict[str, str]:
        # Conditions come from a cursor: whatever a server once sent there must not break or split our request.
        kept = {name: value for name, value in conditions.items() if value and value.isascii() and value.isprintable()}
        basic = {"User-Agent": self.limits.user_agent, "Accept": accept or "*/*", "Accept-Encoding": ACCEPT_ENCODING}
        return basic | kept

    def _follow(self, url: str, headers: Mapping[str, str], *, robots: bool = True) -> _Hop:
        trail = [_checked(url)]
        moved_to: str | None = None
        permanent = True
        while True:
            if robots:
                self._robots.check(trail[-1])
            hop = self._ask(trail[-1], headers, start_bytes=None if robots else MAX_ROBOTS_BYTES)
            if hop.status not in REDIRECTS:
                return _Hop(hop.url, hop.status, hop.headers, hop.body, hop.at, moved_to)
            trail.append(_next(trail, hop.headers.get("location", ""), self.limits.max_redirects))
            permanent = permanent and hop.status in PERMANENT
            moved_to = trail[-1] if permanent else moved_to

    def _ask(self, url: str, headers: Mapping[str, str], *, start_bytes: int | None) -> _Hop:
        host = urlsplit(url).hostname or ""
        pace.wait(host, pace.crawl_delay(self._robots.crawl_delay(url), self.limits.delay_seconds))
        self._guard.deadline = time.monotonic() + self.limits.total_seconds
        try:
            with self._client.stream("GET", url, headers=dict(headers)) as answer:
                named = {name.lower(): value for name, value in answer.headers.items()}
                body = self._body(answer, named, url, start_bytes)
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            limits = self.limits
            raise failure(
                error, url, timeout_seconds=limits.timeout_seconds, total_seconds=limits.total_seconds
            ) from error
        return _Hop(url, answer.status_code, named, body, datetime.now(UTC))

    def _body(self, answer: httpx.Response, headers: Mapping[str, str], url: str, start_bytes: int | None) -> bytes:
        if not 200 <= answer.status_code < 300:
            return b""
        encoding = headers.get("content-encoding", "")
        if start_bytes is not None:
            return read_start(answer.iter_raw(), encoding=encoding, max_bytes=start_bytes, url=url)
        length = headers.get("content-length", "")
        if length.isdigit() and int(length) > self.limits.max_bytes:
            raise too_large(url, self.limits.max_bytes)
        return read_body(answer.iter_raw(), encoding=encoding, max_bytes=self.limits.max_bytes, url=url)

    def _ask_robots(self, url: str) -> tuple[int, str, float | None]:
        hop = self._follow(url, self._headers("text/plain", {}), robots=False)
        wait = retry_after_seconds(hop.headers.get("retry-after"), hop.at)
        return hop.status, hop.body.decode("utf-8", "replace"), wait


def _checked(url: str) -> str:
    try:
        parts = urlsplit(url)
        parts.port  # noqa: B018 - reading it is the check
    except ValueError as error:
        raise Halt(f"{url!r} is no web address ({error}); correct it in the catalogue") from error
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise Halt(f"{url!r}: only http and https addresses are fetched; correct it in the catalogue")
    if parts.username is not None:
        raise Halt(f"an address of {parts.hostname} carries a user name; only public pages are fetched, take it out")
    return parts._replace(fragment="").geturl()


def _next(trail: list[str], location: str, max_redirects: int) -> str:
    here = trail[-1]
    target = _checked(urljoin(here, location)) if location else ""
    steps = " → ".join([*trail, target])
    if not target:
        raise Halt(f"{here}: redirects without saying where; open it in a browser and correct the address")
    if target in trail:
        raise Halt(f"{steps}: redirects in a circle; open it in a browser and correct the address in the catalogue")
    if here.startswith("https:") and target.startswith("http:"):
        raise Halt(
            f"{steps}: leads from https to http, where anybody could change it; give the source an https address"
        )
    if len(trail) > max_redirects:
        raise Halt(f"{steps}: more than {max_redirects} redirects; give the source its last address")
    return target
