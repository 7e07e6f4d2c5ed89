"""Tags: statements about a post, each with who said it and why."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from pydantic import TypeAdapter

TagKind = Literal[
    "language", "relevant", "stance", "narrative", "lure", "route", "corridor", "actor", "price", "place", "unsure"
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """Why a tag is there.

    `kind`: `phrase` (lexicon entry found), `ngrams` (weights of the head), `example` (nearest training example),
    `rule` (corridor or role rule). `text`: the words, the example or the rule's id, readable by an analyst.
    `start`, `end`: offsets into Post.full_text, None where the reason has no place in the text.
    """

    kind: Literal["phrase", "ngrams", "example", "rule"]
    text: str
    start: int | None = None
    end: int | None = None
    source: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tag:
    """One statement about one post.

    `value`: the label id, ISO code or text that the kind calls for; a route is `BY>PL`-style `origin>transit>destination`.
    Kind `unsure` holds what a person should decide, kind and value in one: `lure:visa-offer`.
    `score`: calibrated probability 0–1; 1.0 for rules. `origin`: `rule:…`, `model:name@revision` or `analyst:…`.
    `at`: aware, UTC; left out of comparisons of end states.
    """

    post_id: str
    kind: TagKind
    value: str
    score: float
    origin: str
    taxonomy_version: str
    at: datetime
    reasons: tuple[Reason, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """A movement that the text names, as ISO 3166-1 alpha-2 codes; None where the text names no such end."""

    origin: str | None = None
    transit: tuple[str, ...] = ()
    destination: str | None = None
    cities: tuple[str, ...] = ()

    def __str__(self) -> str:
        return ">".join([self.origin or "", "+".join(self.transit), self.destination or ""])


def route_from_value(value: str) -> Route:
    """The route behind a tag's value (`IQ>BY+PL>DE`); cities are not in the value."""
    origin, transit, destination = value.split(">")
    return Route(
        origin=origin or None, transit=tuple(filter(None, transit.split("+"))), destination=destination or None
    )


_TAG = TypeAdapter(Tag)


def tag_to_dict(tag: Tag) -> dict[str, Any]:
    """JSON-ready mapping of a tag; fields that hold their default are left out."""
    data: dict[str, Any] = _TAG.dump_python(tag, mode="json", exclude_defaults=True)
    return data


def tag_from_dict(data: Mapping[str, Any]) -> Tag:
    """A tag from its mapping; pydantic's ValidationError names the field that is wrong."""
    return _TAG.validate_python(data)
