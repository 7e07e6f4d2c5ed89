"""Links from a mail to our own page: the only ones a mail has."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import quote, urlencode

from falselight.alerts.rules import Filters
from falselight.window import Window


def post_link(page_url: str, post_id: str) -> str:
    """The page of one post."""
    return f"{page_url.rstrip('/')}/posts/{quote(post_id, safe='')}"


def search_link(page_url: str, filters: Filters, window: Window) -> str:
    """The search with the same filters over the days of the window; the page knows whole days (UTC), no hours."""
    pairs: list[tuple[str, str]] = [(name, value) for name, values in filters.items() for value in values]
    last = window.end - timedelta.resolution
    pairs += [("from", f"{window.start:%Y-%m-%d}"), ("to", f"{last:%Y-%m-%d}")]
    return f"{page_url.rstrip('/')}/?{urlencode(pairs)}"
