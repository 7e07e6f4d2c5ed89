"""The index interface: what people search and alerts count. A projection: it can be rebuilt at any time.

Two implementations pass one contract suite (tests/falselight/index/contract_suite.py): SQLite FTS5 here, Elasticsearch
where the analysts work in Kibana.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal, Protocol

from falselight.post import Post
from falselight.tags import Tag
from falselight.window import Window

Field = Literal[
    "language", "platform", "source", "channel", "author_kind", "author", "relevant", "stance",
    "narrative", "lure", "corridor", "route", "unsure", "contact", "group",
]  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkTo:
    """Another post that belongs to this one. `kind`: exact-copy or near-copy; `score` 0–1; `why` in words."""

    post_id: str
    kind: str
    score: float
    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A post as the index holds it.

    `version`: grows with every change of post, tags, links or verdicts; an older one never replaces a newer one.
    `normalised`: folded text for matching across spellings. `group`: id of the group of copies (smallest post id).
    """

    post: Post
    version: int
    tags: tuple[Tag, ...] = ()
    links: tuple[LinkTo, ...] = ()
    normalised: str = ""
    group: str | None = None

    def values(self, kind: str) -> tuple[str, ...]:
        """Values of all tags of one kind, best score first."""
        tags = sorted((tag for tag in self.tags if tag.kind == kind), key=lambda tag: (-tag.score, tag.value))
        return tuple(dict.fromkeys(tag.value for tag in tags))


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """What to look for. `text`: words (all must occur), `"phrases"` and `-excluded` words; empty means all posts.

    `filters`: field → values, any of which may match; fields are joined by and. `window`: by publication time.
    """

    text: str = ""
    filters: Mapping[Field, Sequence[str]] = field(default_factory=dict)
    window: Window | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """One found post. `highlights`: (start, end) offsets into Post.full_text of the words that were found."""

    document: Document
    highlights: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Results:
    """A page of hits, newest first. `total` counts all; `after`: hand to the next search, None at the end."""

    hits: tuple[Hit, ...]
    total: int
    after: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RefusedDocument:
    """A document that the index would not take, with its own words why."""

    post_id: str
    reason: str
    detail: str


class BadQuery(ValueError):
    """The query cannot be understood; the message says what and how to write it."""


class Index(Protocol):
    """One index. Every call raises Missing when the index is down, Retry when it asks to wait."""

    def put(self, documents: Iterable[Document]) -> list[RefusedDocument]:
        """Store or replace; repeating is harmless. Returns what was refused, everything else is durable."""

    def get(self, post_id: str) -> Document | None:
        """The document of a post; None when it is not there."""

    def search(self, query: Query, *, size: int = 20, after: str | None = None) -> Results:
        """A page of posts, newest first, ties by id. Raises BadQuery."""

    def count(self, query: Query) -> int:
        """Number of posts that match."""

    def terms(self, query: Query, name: Field, *, size: int = 20) -> list[tuple[str, int]]:
        """Values of a field with their number of posts, most first, ties by value."""

    def histogram(self, query: Query, step: timedelta) -> list[tuple[datetime, int]]:
        """Posts per step of publication time (UTC, steps counted from 1970), from first to last, empty steps as 0."""

    def delete(self, *, ids: Sequence[str] = (), source: str | None = None, author: str | None = None) -> int:
        """Remove posts by id, source or author key; returns how many went."""

    def ids(self) -> Iterable[tuple[str, int]]:
        """Every post id with its version, by id: for verifying against state."""

    def close(self) -> None:
        """Give resources back."""


def open_index(location: str) -> Index:
    """The index behind a location: a path is SQLite FTS5; Missing says which kinds there are."""
    from falselight.errors import Missing

    if location.startswith(("http://", "https://")):
        raise Missing(f"{location}: this release has no Elasticsearch index yet; leave FALSELIGHT_INDEX_URL empty")
    from falselight.index.sqlite import SqliteIndex

    return SqliteIndex(location)
