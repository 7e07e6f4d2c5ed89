"""Links from a mail to our own page: the only ones a mail has."""

from __future__ import annotations

from urllib.parse import quote, urlencode

from falselight.alerts.rules import Filters
from falselight.window import Window


def post_link(page_url: str, post_id: str) -> str:
    """The page of one post."""
    return f"{page_url.rstrip('/')}/posts/{quote(post_id, safe='')}"


def search_link(page_url: str, filters: Filters, window: Window) -> str:
    """The search that shows the same posts: same filters, same window of publication time."""
    pairs: list[tuple[str, str]] = [(name, value) for name, values in filters.items() for value in values]
    pairs += [("since", f"{window.start:%Y-%m-%dT%H:%MZ}"), ("until", f"{window.end:%Y-%m-%dT%H:%MZ}")]
    return f"{page_url.rstrip('/')}/?{urlencode(pairs)}"
