"""Politeness: the least pause between two requests to one host, over all clients of this process."""

from __future__ import annotations

import threading
import time

MAX_CRAWL_DELAY_SECONDS = 30.0  # more would hold a lease for a handful of pages; such sites are polled less often
_last: dict[str, float] = {}
_lock = threading.Lock()


def wait(host: str, delay_seconds: float) -> None:
    """Sleep until `delay_seconds` have passed since the last request to `host`, and book this one."""
    with _lock:
        now = time.monotonic()
        start = max(now, _last.get(host, -delay_seconds) + delay_seconds)
        _last[host] = start  # booked before sleeping, so that two threads queue up
    if start > now:
        time.sleep(start - now)


def crawl_delay(asked_seconds: float | None, ours_seconds: float) -> float:
    """The longer of both pauses; a site's wish counts up to the bound above."""
    return max(ours_seconds, min(asked_seconds or 0.0, MAX_CRAWL_DELAY_SECONDS))
