"""Sources and raw items for tests of connectors."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from connectors.catalogue import ExpectedPerDay, Source
from connectors.contract import Connector, Page
from falselight.post import Draft, RawItem, Refused

NOW = datetime(2026, 11, 25, 12, 0, tzinfo=UTC)


def make_source(**fields: Any) -> Source:
    """A source of an invented outlet; fields may be set."""
    usual: dict[str, Any] = {
        "id": "an-outlet",
        "name": "An Outlet",
        "platform": "rss",
        "address": "http://feed.example/rss.xml",
        "kind": "outlet",
        "role": "independent-media",
        "languages": ("en",),
        "purpose": "situational-awareness",
        "legal_basis": "test",
        "owner": "test",
        "expected_per_day": ExpectedPerDay(min=0, max=10),
        "seen_at": "test",
        "review_on": date(2027, 1, 1),
    }
    return Source(**{**usual, **fields})


def make_raw(payload: bytes, **fields: Any) -> RawItem:
    """A raw item as a fetch would give it."""
    usual: dict[str, Any] = {
        "source": "an-outlet",
        "native_id": "http://feed.example/rss.xml",
        "url": "http://feed.example/rss.xml",
        "content_type": "application/rss+xml",
        "fetched_at": NOW,
        "status": 200,
    }
    return RawItem(payload=payload, **{**usual, **fields})


def drafts(items: list[Draft | Refused]) -> list[Draft]:
    """The drafts among parsed items."""
    return [item for item in items if isinstance(item, Draft)]


def refused(items: list[Draft | Refused]) -> list[Refused]:
    """The refused ones among parsed items."""
    return [item for item in items if isinstance(item, Refused)]


def parse_all(connector: Connector, pages: list[Page], source: Source) -> list[Draft | Refused]:
    """Everything that pages hold."""
    return [item for page in pages for item in connector.parse(page.raws, source)]
