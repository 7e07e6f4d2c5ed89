"""What the page of one post shows: the text with its reasons, who said what about it, and where else it stands."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import urlsplit

from falselight.desk import labels
from falselight.desk.marking import Mark, Piece, passages, pieces
from falselight.desk.search_page import Badge, badges, publisher
from falselight.index import Document, Index, LinkTo, Query
from falselight.tags import Reason, Tag

_ORDER = (
    "relevant",
    "stance",
    "lure",
    "narrative",
    "corridor",
    "route",
    "unsure",
    "language",
    "actor",
    "price",
    "place",
)
_MARKED = ("stance", "lure", "narrative", "corridor", "route", "price", "actor", "place", "relevant")
_MOST_COPIES = 30
_SHORT_KEY = 8
_REASONS = {"phrase": "words", "ngrams": "weights", "example": "nearest example", "rule": "rule"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Copy:
    """Another post that belongs to this one; `document` None where the index does not have it (any more)."""

    link: LinkTo
    document: Document | None
    publisher: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """A way to reach somebody, as far as it is shown: kind, first digits of the keyed hash, other posts with it."""

    kind: str
    key: str
    others: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TagRow:
    """A line in the table of tags."""

    kind: str
    field: str
    title: str
    hint: str
    score: float
    origin: str
    judged: bool
    reasons: list[tuple[str, str, str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class PostPage:
    """Everything that the template needs. `address` None where the original must not be led to."""

    document: Document
    heading: list[Piece]
    passages: list[list[Piece]]
    badges: list[Badge]
    language: str | None
    publisher: str
    publisher_kind: str
    address: str | None
    tags: list[TagRow]
    links: list[str]
    contacts: list[Way]
    copies: list[Copy]
    more_copies: int
    lag: timedelta


def post_page(index: Index, document: Document) -> PostPage:
    """The page of a post that the index holds."""
    post = document.post
    marks = list(_marks(document))
    return PostPage(
        document=document,
        heading=pieces(post.full_text, marks, 0, len(post.title)) if post.title else [],
        passages=list(passages(post.full_text, marks, len(post.title) + 2 if post.title else 0)),
        badges=list(badges(document)),
        language=next(iter(document.values("language")), post.language_hint),
        publisher=publisher(document),
        publisher_kind=labels.author_kind(post.author.kind),
        address=_address(document),
        tags=[_tag_row(tag) for tag in sorted(document.tags, key=_rank)],
        links=[defanged(link) for link in post.links],
        contacts=list(_contacts(index, document)),
        copies=list(_copies(index, document)),
        more_copies=max(len(document.links) - _MOST_COPIES, 0),
        lag=post.collected_at - post.published_at,
    )


def defanged(link: str) -> str:
    """An address that nobody opens by accident: `hxxps://example[.]com/way`."""
    scheme, colon, rest = link.partition("://")
    if not colon:
        return link.replace(".", "[.]")
    host, slash, way = rest.partition("/")
    return f"{scheme.replace('tt', 'xx', 1)}://{host.replace('.', '[.]')}{slash}{way}"


def _address(document: Document) -> str | None:
    """The original of outlets, offices and channels; a private person's opens through the audited read alone."""
    post = document.post
    is_web = urlsplit(post.url).scheme in {"http", "https"}
    return post.url if is_web and post.author.kind != "person" else None


def _marks(document: Document) -> Iterator[Mark]:
    for tag in document.tags:
        if tag.kind in _MARKED:
            for reason in tag.reasons:
                if reason.start is not None and reason.end is not None:
                    yield Mark(start=reason.start, end=reason.end, kind=tag.kind, tip=_tip(tag, reason))


def _tip(tag: Tag, reason: Reason) -> str:
    return f"{labels.title(tag.kind, tag.value)}: “{reason.text}” ({_REASONS[reason.kind]})"


def _rank(tag: Tag) -> tuple[int, bool, float, str]:
    place = _ORDER.index(tag.kind) if tag.kind in _ORDER else len(_ORDER)
    return place, not tag.origin.startswith("analyst:"), -tag.score, tag.value


def _tag_row(tag: Tag) -> TagRow:
    reasons = [(_REASONS[reason.kind], reason.text, reason.source) for reason in tag.reasons]
    return TagRow(
        kind=tag.kind,
        field=labels.FIELD_TITLES.get(tag.kind, tag.kind).partition(" (")[0].removesuffix("s"),
        title=labels.title(tag.kind, tag.value),
        hint=labels.definition(tag.kind, tag.value),
        score=tag.score,
        origin=tag.origin,
        judged=tag.origin.startswith("analyst:"),
        reasons=reasons,
    )


def _contacts(index: Index, document: Document) -> Iterator[Way]:
    for contact in document.post.contacts:
        others = index.count(Query(filters={"contact": (contact.key,)})) - 1
        yield Way(kind=contact.kind, key=contact.key[:_SHORT_KEY], others=max(others, 0))


def _copies(index: Index, document: Document) -> Iterator[Copy]:
    best = sorted(document.links, key=lambda link: (-link.score, link.post_id))
    for link in best[:_MOST_COPIES]:
        other = index.get(link.post_id)
        yield Copy(link=link, document=other, publisher=publisher(other) if other else "not in the index")
