"""robots.txt (RFC 9309), read once per host and client."""

from __future__ import annotations

import re
from collections.abc import Callable
from urllib.parse import urlsplit

from protego import Protego

from falselight.errors import Halt, Retry

MAX_ROBOTS_BYTES = 512_000  # RFC 9309 §2.5: at least 500 KiB have to be read; the rest does not count
UNREACHABLE_SECONDS = 3_600.0

AskRobots = Callable[[str], tuple[int, str, float | None]]
"""URL of a robots.txt → status, text, seconds of a Retry-After header."""


class Robots:
    """The rules of all hosts that one client has met."""

    def __init__(self, user_agent: str, ask: AskRobots) -> None:
        self._agent = re.split(r"[/ ]", user_agent, maxsplit=1)[0]  # the product token, which is what rules name
        self._ask = ask
        self._known: dict[str, Protego | Retry | Halt] = {}
        self._texts: dict[str, str] = {}

    def check(self, url: str) -> None:
        """Raises Halt naming the rule that forbids `url`, Retry while the rules cannot be read."""
        rules = self._rules(url)
        if isinstance(rules, (Retry, Halt)):
            raise rules
        if not rules.can_fetch(url, self._agent):
            rule = _rule(self._texts[_origin(url)], url)
            raise Halt(
                f"{url}: forbidden by {_origin(url)}/robots.txt ({rule}); ask the owner for leave or retire the source"
            )

    def crawl_delay(self, url: str) -> float | None:
        """Seconds of pause that the host asks for; None where it does not say or is not known yet."""
        rules = self._known.get(_origin(url))
        return rules.crawl_delay(self._agent) if isinstance(rules, Protego) else None

    def _rules(self, url: str) -> Protego | Retry | Halt:
        origin = _origin(url)
        if origin not in self._known:
            try:
                self._known[origin] = self._read(origin)
            except (Retry, Halt) as error:  # kept: a host that is down is not asked again for every article
                self._known[origin] = error
        return self._known[origin]

    def _read(self, origin: str) -> Protego:
        status, text, wait = self._ask(f"{origin}/robots.txt")
        if status == 429 or status >= 500:
            after = wait if wait is not None else UNREACHABLE_SECONDS
            raise Retry(
                f"{origin}/robots.txt: answer {status}, so nothing may be fetched there now (RFC 9309); asked again "
                f"in {after:.0f} s",
                after_seconds=after,
            )
        self._texts[origin] = text if status < 300 else ""  # 4xx: there are no rules
        return Protego.parse(self._texts[origin])


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


def _rule(text: str, url: str) -> str:
    # protego does not say which rule decided; the longest one that alone would forbid the address did.
    forbidding = []
    for number, line in enumerate(text.splitlines(), start=1):
        field, _, pattern = line.partition("#")[0].partition(":")
        if field.strip().lower() == "disallow" and pattern.strip():
            alone = Protego.parse(f"User-agent: *\nDisallow: {pattern.strip()}")
            if not alone.can_fetch(url, "any"):
                forbidding.append((len(pattern.strip()), f"line {number}: {line.strip()}"))
    return max(forbidding)[1] if forbidding else "a rule of it"
