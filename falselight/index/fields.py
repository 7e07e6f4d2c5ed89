"""The values under which a document is found and counted: one place for every implementation."""

from __future__ import annotations

from collections.abc import Iterator
from typing import get_args

from falselight.index.contract import BadQuery, Document, Field
from falselight.tags import Tag, TagKind

FIELDS: tuple[Field, ...] = get_args(Field)
_OF_TAGS: tuple[TagKind, ...] = ("language", "relevant", "stance", "narrative", "lure", "corridor", "route", "unsure")
# A post has one of these; an analyst's verdict is one more tag, and wins (DESIGN §4).
_EXCLUSIVE: tuple[TagKind, ...] = ("relevant", "stance")


def field_values(document: Document) -> Iterator[tuple[Field, str]]:
    """Each field with each of its values, none twice."""
    post = document.post
    yield "platform", post.platform
    yield "source", post.source
    yield "channel", post.channel
    yield "author_kind", post.author.kind
    yield "author", post.author.key
    if document.group:
        yield "group", document.group
    for key in dict.fromkeys(contact.key for contact in post.contacts):
        yield "contact", key
    for kind in _OF_TAGS:
        for value in _tag_values(document, kind):
            yield kind, value  # type: ignore[misc]  # the kinds of _OF_TAGS are fields of the same name


def _tag_values(document: Document, kind: TagKind) -> tuple[str, ...]:
    if kind == "unsure":
        return tuple(value for value in document.values(kind) if not _is_decided(document, value))
    if kind not in _EXCLUSIVE:
        return document.values(kind)
    tags = [tag for tag in document.tags if tag.kind == kind]
    return (max(tags, key=_weight).value,) if tags else ()


def _is_decided(document: Document, value: str) -> bool:
    """Whether an analyst has spoken on that label, or on the kind where a post has only one: it leaves the queue."""
    kind, _, label = value.partition(":")
    spoken = {(tag.kind, tag.value) for tag in document.tags if tag.origin.startswith("analyst:")}
    return (kind, label) in spoken or (kind in _EXCLUSIVE and any(name == kind for name, _ in spoken))


def _weight(tag: Tag) -> tuple[bool, float, float, str]:
    judged = tag.origin.startswith("analyst:")
    return judged, tag.at.timestamp() if judged else 0.0, tag.score, tag.value


def known_field(name: str) -> str:
    """The name again. Raises BadQuery where no such field exists."""
    if name not in FIELDS:
        raise BadQuery(f"There is no field {name!r}; fields are {', '.join(FIELDS)}.")
    return name
