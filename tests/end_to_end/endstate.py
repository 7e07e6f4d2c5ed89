"""The end state of a house, without clock fields: two runs that did the same work give the same value."""

from __future__ import annotations

from datetime import UTC, datetime
from email import message_from_bytes, policy
from typing import Any

from sqlalchemy import select

from falselight.index import Query
from falselight.stages.house import House
from falselight.state.tables import (
    BatchRow,
    IncidentRow,
    LeaseRow,
    LinkRow,
    OutboxRow,
    PostRow,
    QuarantineRow,
    RevisionRow,
    SignatureRow,
    SourceRow,
)  # fmt: skip
from falselight.state.tallies import tallies

CLOCKS = frozenset({"collected_at", "at", "fetched_at"})
REPLAYED_BEFORE = datetime(2022, 1, 1, tzinfo=UTC)  # the sample's own dates are older; younger ones are the run's clock


def end_state(house: House) -> dict[str, Any]:
    """Everything that the stores hold, comparable with `==`."""
    return {"state": _state(house), "landing": _landing(house), "evidence": _evidence(house), "index": _index(house)}


def differences(left: Any, right: Any, path: str = "") -> list[str]:
    """Paths at which two end states differ, for a readable failure."""
    if isinstance(left, dict) and isinstance(right, dict):
        keys = sorted(left.keys() | right.keys(), key=str)
        return [d for key in keys for d in differences(left.get(key), right.get(key), f"{path}/{key}")]
    return [] if left == right else [f"{path}: {str(left)[:200]} != {str(right)[:200]}"]


def _state(house: House) -> dict[str, Any]:
    with house.state.begin() as session:
        for tally in tallies(session):
            tally.check()
        return {
            "posts": {r.id: (r.source, r.author, r.revision, r.batch, r.tags_batch, r.indexed == r.version) for r in session.scalars(select(PostRow))},
            "revisions": {(r.post_id, r.content): (r.revision, r.batch) for r in session.scalars(select(RevisionRow))},
            "batches": {r.name: (r.posts, r.tagged_by, r.linked_by) for r in session.scalars(select(BatchRow))},
            "cursors": {r.id: (r.cursor, r.next_batch, r.last_error) for r in session.scalars(select(SourceRow))},
            "quarantine": {(r.stage, r.source, r.item): (r.reason, r.detail, r.evidence) for r in session.scalars(select(QuarantineRow))},
            "links": {(r.a, r.b): (r.kind, r.score, r.why) for r in session.scalars(select(LinkRow))},
            "signatures": {r.post_id: (r.revision, r.exact) for r in session.scalars(select(SignatureRow))},
            "incidents": {r.id: (r.rule, r.key, r.state, r.severity, r.count) for r in session.scalars(select(IncidentRow))},
            "mails": {r.id: (r.about, r.recipient, r.subject, r.sent_at is not None) for r in session.scalars(select(OutboxRow))},
            "leases": [r.name for r in session.scalars(select(LeaseRow))],
        }  # fmt: skip


def _landing(house: House) -> dict[str, Any]:
    return {name: [_clockless(row) for row in house.landing.read(name)] for name in house.landing.names()}


def _evidence(house: House) -> dict[str, Any]:
    return {n: [(r.native_id, r.url, r.payload) for r in house.evidence.read(n)] for n in house.evidence.names()}


def _index(house: House) -> dict[str, Any]:
    found: dict[str, Any] = {}
    after = None
    while True:
        page = house.index.search(Query(), size=200, after=after)
        for hit in page.hits:
            doc = hit.document
            tags = sorted((tag.kind, tag.value, tag.score) for tag in doc.tags)
            links = sorted((link.post_id, link.kind) for link in doc.links)
            found[doc.post.id] = (doc.post.revision, doc.post.text, doc.post.title, tags, links, doc.group)
        after = page.after
        if after is None:
            return found


def _clockless(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _clockless(item) for key, item in value.items() if key not in CLOCKS and not _is_clock(key, item)}
    return [_clockless(item) for item in value] if isinstance(value, list) else value


def _is_clock(key: str, value: Any) -> bool:
    # An item without a date is published when it was first seen.
    return key == "published_at" and datetime.fromisoformat(value) > REPLAYED_BEFORE


def message_ids(mails: list[bytes]) -> list[str]:
    """Message-IDs of received mails, in order."""
    return [str(message_from_bytes(mail, policy=policy.default)["message-id"]) for mail in mails]
