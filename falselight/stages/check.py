"""check: fetch and parse a source once without storing anything, so that only seen and understood sources run."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from connectors.catalogue import Source
from connectors.contract import connector
from falselight.errors import FalselightError
from falselight.post import Draft
from falselight.stages.collect import parse_page
from falselight.stages.house import House
from falselight.state import audit, batches


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """What one look at a source showed."""

    source: str
    ok: bool
    detail: str


def check_source(house: House, source: Source) -> Checked:
    """Look at the first page of a source; a page with at least one readable item verifies it. Audited."""
    try:
        good, bad = _look(house, source)
    except FalselightError as error:
        return Checked(source=source.id, ok=False, detail=str(error))
    if not good:
        return Checked(
            source=source.id, ok=False, detail=f"nothing readable; refused: {', '.join(sorted(bad)) or 'empty page'}"
        )
    with house.state.begin() as session:
        batches.source_row(session, source.id).verified_at = datetime.now(UTC)
        audit.note(session, "verify-source", source.id, f"{good} items readable")
    return Checked(
        source=source.id, ok=True, detail=f"{good} items readable, refused: {', '.join(sorted(bad)) or 'none'}"
    )


def _look(house: House, source: Source) -> tuple[int, set[str]]:
    platform = connector(source.platform)
    with house.http() as http:
        page = next(iter(platform.fetch(source.model_copy(update={"article_text": False}), {}, http)), None)
    items = list(parse_page(platform, page.raws, source)) if page else []
    return sum(isinstance(item, Draft) for item in items), {i.reason for i in items if not isinstance(i, Draft)}


def entry_skeleton(source_id: str, platform: str, address: str) -> str:
    """A catalogue entry to be filled in; every field that a person must decide says so."""
    return f"""  - id: {source_id}
    name: "NAME AS READERS KNOW IT"
    platform: {platform}
    address: "{address}"
    kind: outlet            # outlet | official | channel | person
    role: independent-media # state-media | independent-media | official | migrant-information | fact-checker | lure-channel | social
    languages: [und]
    country: null
    purpose: situational-awareness
    legal_basis: "WHY IT MAY BE WATCHED"
    owner: "WHO ANSWERS FOR IT"
    expected_per_day: {{min: 0, max: 100}}
    poll_minutes: 30
    article_text: false
    seen_at: "PUBLIC DOCUMENT IN WHICH THIS VERY ADDRESS WAS SEEN"
    verified_on: null       # `falselight sources check {source_id}` looks once, then it may be fetched
    review_on: {datetime.now(UTC).year + 1}-01-01"""
