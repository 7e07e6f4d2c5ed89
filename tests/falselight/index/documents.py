"""Documents for tests of the index and of the pages over it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from falselight.ids import post_id
from falselight.index import Document
from falselight.post import Author, Contact, Post
from falselight.tags import Reason, Tag, TagKind

NOON = datetime(2021, 11, 8, 12, tzinfo=UTC)


def a_tag(kind: TagKind, value: str, *, score: float = 0.9, origin: str = "rule:test", **more: Any) -> Tag:
    """A tag; its post id does not matter to the index."""
    return Tag(post_id="any", kind=kind, value=value, score=score, origin=origin, taxonomy_version="1", at=NOON, **more)


def a_document(
    name: str,
    text: str = "The border is open",
    *,
    tags: dict[TagKind, str | list[str]] | None = None,
    hours: float = 0,
    version: int = 1,
    normalised: str = "",
    group: str | None = None,
    **post: Any,
) -> Document:
    """A document whose post id comes from `name`; `hours` after NOON; `post` are further fields of Post."""
    fields: dict[str, Any] = {
        "source": "outlet-a",
        "platform": "rss",
        "channel": "outlet-a/news",
        "url": f"https://outlet-a.example/{name}",
        "published_at": NOON + timedelta(hours=hours),
        "collected_at": NOON + timedelta(hours=hours, minutes=5),
        "author": Author(kind="outlet", key="outlet-a", name="Outlet A"),
        "raw": f"evidence-{name}",
    }
    made = [
        a_tag(kind, value)
        for kind, values in (tags or {}).items()
        for value in ([values] if isinstance(values, str) else values)
    ]
    return Document(
        post=Post(id=post_id("rss", name), text=text, **(fields | post)),
        version=version,
        tags=tuple(made),
        normalised=normalised,
        group=group,
    )


def a_contact(key: str) -> Contact:
    """A phone number's keyed hash."""
    return Contact(kind="phone", key=key)


def a_reason(text: str, phrase: str, *, kind: Any = "phrase") -> Reason:
    """The reason that `phrase` stands in `text`."""
    start = text.index(phrase)
    return Reason(kind=kind, text=phrase, start=start, end=start + len(phrase), source="lexicon")
