"""tag: landing posts → landing tags. One batch is tagged as a whole or not at all."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

from falselight.landing import Landing
from falselight.post import Post, post_from_dict
from falselight.stages.house import House
from falselight.state import batches, posts, quarantine
from falselight.state.leases import Lease, lease
from falselight.state.quarantine import SetAside
from falselight.state.tallies import Tally
from falselight.tags import tag_to_dict
from falselight.taxonomy import load_taxonomy
from nlp.contract import Failed, Tagged, Tagger, Text
from nlp.tagger import build_tagger, tags_of


def tag_all(house: House, tagger: Tagger | None = None) -> list[Tally]:
    """Tag every batch that is not tagged yet. `tagger`: None builds the one of the settings, once, when needed."""
    with lease(house.state, "tag", house.settings.lease_seconds) as held:
        with house.state.begin() as session:
            waiting = batches.to_tag(session)
        if waiting and tagger is None:
            tagger = build_tagger(house.settings.encoder)
        return [tag_batch(house, name, tagger, held) for name in waiting if tagger is not None]


def tag_batch(house: House, name: str, tagger: Tagger, held: Lease) -> Tally:
    """Tag one batch: write its tags file, then note it in state; returns its counts."""
    tally = Tally("tag", name.split("/", maxsplit=1)[0])
    read = read_posts(house.landing, name)
    results = list(tagger.tag(Text(id=p.id, text=p.full_text, language_hint=p.language_hint) for p in read))
    tally.take(len(read))
    now = datetime.now(UTC)
    failed = list(_failures(results, tally))
    file = tags_file(name, tagger.revision)
    house.landing.write(file, _rows(read, results, now))
    with house.state.begin() as session:
        held.renew_in(session)
        batches.batch(session, name).tagged_by = tagger.revision
        for row in posts.current(session, [post.id for post in read]).values():
            if row.batch == name:
                row.tags_batch, row.version = file, row.version + 1
        quarantine.set_aside(session, failed, now)
        tally.save(session)
    return tally


def tags_file(name: str, revision: str) -> str:
    """Name of the landing batch that holds the tags which this tagger gave to a batch of posts."""
    return f"tags/{name}.{revision.rsplit('@', 1)[-1][:12]}"


def read_posts(landing: Landing, name: str) -> list[Post]:
    """The posts of a batch."""
    return [post_from_dict(row) for row in landing.read(f"posts/{name}")]


def _rows(read: list[Post], results: list[Tagged | Failed], now: datetime) -> Iterator[dict[str, object]]:
    version = load_taxonomy().version
    for post, result in zip(read, results, strict=True):
        row: dict[str, object] = {"id": post.id, "revision": post.revision, "normalised": "", "tags": []}
        if isinstance(result, Tagged):
            tags = tags_of(result, version, now)
            row |= {"normalised": result.normalised, "tags": [tag_to_dict(tag) for tag in tags]}
        yield row


def _failures(results: list[Tagged | Failed], tally: Tally) -> Iterator[SetAside]:
    for result in results:
        if isinstance(result, Tagged):
            tally.out("relevant" if result.relevant.value == "yes" else "not-relevant")
        else:
            tally.quarantined(result.reason)
            yield SetAside(stage="tag", source=tally.source, item=result.id, reason=result.reason, detail=result.detail)
