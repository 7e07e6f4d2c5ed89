"""Tagged texts as rows of the command line (DESIGN §9) and as tags to be stored."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from datetime import datetime
from typing import Any

from falselight.tags import Tag, TagKind
from nlp.contract import Label, Tagged


def tagged_to_row(tagged: Tagged) -> dict[str, Any]:
    """JSON-ready: id, lang, relevant, stance, narratives, lures, routes, corridor, unsure, reasons.

    `reasons`: one mapping per reason, with `label` (`lure:visa-offer`) and the fields of `falselight.tags.Reason`.
    """
    return {
        "id": tagged.id,
        "lang": tagged.language,
        "relevant": tagged.relevant.value == "yes",
        "stance": tagged.stance.value,
        "narratives": [label.value for label in tagged.narratives],
        "lures": [label.value for label in tagged.lures],
        "routes": [
            {"origin": route.origin, "transit": list(route.transit), "destination": route.destination}
            for route, _ in tagged.routes
        ],
        "corridor": [label.value for label in tagged.corridors],
        "unsure": [label.value for label in tagged.unsure],
        "reasons": [
            {"label": f"{kind}:{label.value}", **asdict(reason)}
            for kind, label in _labels(tagged)
            if kind not in {"place", "price", "actor", "unsure"}
            for reason in label.reasons
        ],
    }


def tags_of(tagged: Tagged, taxonomy_version: str, at: datetime) -> tuple[Tag, ...]:
    """One tag per label, the language first. `at`: aware, UTC (ValueError without a zone)."""
    if at.tzinfo is None:
        raise ValueError(f"time without zone: {at.isoformat()}")
    language = Tag(
        post_id=tagged.id,
        kind="language",
        value=tagged.language,
        score=tagged.language_score,
        origin="rule:language",
        taxonomy_version=taxonomy_version,
        at=at,
    )
    return (language, *(_tag(tagged.id, kind, label, taxonomy_version, at) for kind, label in _labels(tagged)))


def _labels(tagged: Tagged) -> Iterator[tuple[TagKind, Label]]:
    yield "relevant", tagged.relevant
    yield "stance", tagged.stance
    yield from (("narrative", label) for label in tagged.narratives)
    yield from (("lure", label) for label in tagged.lures)
    yield from (("route", label) for _, label in tagged.routes)
    yield from (("corridor", label) for label in tagged.corridors)
    yield from (("place", label) for label in tagged.places)
    yield from (("price", label) for label in tagged.prices)
    yield from (("actor", label) for label in tagged.actors)
    yield from (("unsure", label) for label in tagged.unsure)


def _tag(post_id: str, kind: TagKind, label: Label, taxonomy_version: str, at: datetime) -> Tag:
    return Tag(
        post_id=post_id,
        kind=kind,
        value=label.value,
        score=label.score,
        origin=label.origin,
        taxonomy_version=taxonomy_version,
        at=at,
        reasons=label.reasons,
    )
