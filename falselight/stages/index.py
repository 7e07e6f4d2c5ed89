"""index: landing + state → index. Takes whatever post, tag or link revision is not yet there."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import groupby
from typing import Any

from sqlalchemy import select, update

from falselight.index import Document, LinkTo, RefusedDocument
from falselight.post import post_from_dict
from falselight.stages.house import House
from falselight.state import links, posts, quarantine
from falselight.state.leases import Lease, lease
from falselight.state.quarantine import SetAside
from falselight.state.tables import PostRow
from falselight.state.tallies import Tally
from falselight.tags import tag_from_dict

CHUNK_POSTS = 500  # one put: some megabytes at most, well below every server's limit


def index_all(house: House) -> list[Tally]:
    """Put every changed post into the index; returns the counts per source."""
    done: dict[str, Tally] = {}
    with lease(house.state, "index", house.settings.lease_seconds) as held:
        while tallies := _index_chunk(house, held):
            for tally in tallies:
                total = done.setdefault(tally.source, Tally("index", tally.source))
                total.seen += tally.seen
                total.outcomes.update(tally.outcomes)
    return list(done.values())


def _index_chunk(house: House, held: Lease) -> list[Tally]:
    with house.state.begin() as session:
        rows = posts.to_index(session, CHUNK_POSTS)
        groups = links.groups(session, [row.id for row in rows])
        near = _links_to(links.pairs_of(session, [row.id for row in rows]))
    documents = [document for part in _by_files(rows) for document in _documents(house, part, groups, near)]
    refused = {refusal.post_id: refusal for refusal in house.index.put(documents)}
    return _note(house, rows, refused, held)


def _links_to(pairs: list[links.Pair]) -> dict[str, list[LinkTo]]:
    near: dict[str, list[LinkTo]] = {}
    for pair in pairs:
        for mine, other in ((pair.a, pair.b), (pair.b, pair.a)):
            near.setdefault(mine, []).append(LinkTo(post_id=other, kind=pair.kind, score=pair.score, why=pair.why))
    return near


def _by_files(rows: list[PostRow]) -> Iterator[list[PostRow]]:
    for _, part in groupby(rows, key=lambda row: (row.batch, row.tags_batch)):
        yield list(part)


def _documents(
    house: House, rows: list[PostRow], groups: dict[str, str], near: dict[str, list[LinkTo]]
) -> Iterator[Document]:
    stored = {(row["id"], row.get("revision", 0)): row for row in house.landing.read(f"posts/{rows[0].batch}")}
    tags: dict[tuple[str, int], dict[str, Any]] = {}
    if rows[0].tags_batch:
        tags = {(row["id"], row["revision"]): row for row in house.landing.read(rows[0].tags_batch)}
    for row in rows:
        tagged = tags.get((row.id, row.revision), {"normalised": "", "tags": []})
        yield Document(
            post=post_from_dict(stored[row.id, row.revision]),
            version=row.version,
            tags=tuple(tag_from_dict(tag) for tag in tagged["tags"]),
            links=tuple(near.get(row.id, ())),
            normalised=tagged["normalised"],
            group=groups.get(row.id),
        )


def _note(house: House, rows: list[PostRow], refused: dict[str, RefusedDocument], held: Lease) -> list[Tally]:
    done: dict[str, Tally] = {}
    for row in rows:
        tally = done.setdefault(row.source, Tally("index", row.source))
        tally.take()
        tally.quarantined(refused[row.id].reason) if row.id in refused else tally.out("put")
    with house.state.begin() as session:
        held.renew_in(session)
        # A refused document is marked too: it is in quarantine, and asking again would not end.
        posts.mark_indexed(session, [(row.id, row.version) for row in rows])
        aside = [
            SetAside(
                stage="index",
                source=row.source,
                item=row.id,
                reason=refused[row.id].reason,
                detail=refused[row.id].detail,
            )
            for row in rows
            if row.id in refused
        ]
        quarantine.set_aside(session, aside, datetime.now(UTC))
        for tally in done.values():
            tally.save(session)
    return list(done.values())


def rebuild(house: House) -> int:
    """Put every post into the index again; returns how many. What state does not know is removed from it."""
    with house.state.begin() as session:
        session.execute(update(PostRow).values(indexed=0))
    strangers = verify(house)["not in state"]
    house.index.delete(ids=strangers)
    return sum(tally.seen for tally in index_all(house))


def verify(house: House) -> dict[str, list[str]]:
    """Ids of posts that are not in the index, not in state, or there in an older version."""
    indexed = dict(house.index.ids())
    with house.state.begin() as session:
        rows = session.execute(select(PostRow.id, PostRow.indexed).where(PostRow.indexed > 0)).all()
    known = dict(rows)
    return {
        "not in the index": sorted(known.keys() - indexed.keys()),
        "not in state": sorted(indexed.keys() - _all_ids(house)),
        "older in the index": sorted(i for i, version in indexed.items() if version < known.get(i, 0)),
    }


def _all_ids(house: House) -> set[str]:
    with house.state.begin() as session:
        return set(session.scalars(select(PostRow.id)))
