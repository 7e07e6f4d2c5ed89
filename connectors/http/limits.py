"""What the HTTP client may do; `falselight.settings` fills it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class HttpLimits:
    """Bounds of one client.

    `delay_seconds`: least pause between two requests to one host. `timeout_seconds`: for connecting and each read.
    `total_seconds`: for one answer, headers and body. `max_bytes`: of one answer, after decompression.
    `allow_private`: also addresses of the own machine and network (tests, sample). `resolve`: host → `address:port`
    that stands in for it, as `curl --resolve` does; such a stand-in may be private, the operator named it.
    `verify`: True for the usual authorities, a file of them, or False for none (tests).
    """

    user_agent: str
    delay_seconds: float = 2.0
    timeout_seconds: float = 20.0
    total_seconds: float = 60.0
    max_bytes: int = 20_000_000
    allow_private: bool = False
    resolve: Mapping[str, str] = field(default_factory=dict)
    verify: str | bool = True
    max_redirects: int = 5
