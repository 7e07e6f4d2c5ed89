"""collect: sources → evidence + landing. One page is stored at once, with its cursor, or not at all."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy.orm import Session

from connectors.catalogue import Source
from connectors.contract import Connector, Cursor, Page, connector
from falselight.errors import Halt, Quarantine, Retry
from falselight.evidence import evidence_id
from falselight.post import Draft, Post, RawItem, Refused, post_to_dict
from falselight.stages.house import House
from falselight.stages.protect import protect
from falselight.state import batches, posts, quarantine
from falselight.state.leases import Lease, lease
from falselight.state.quarantine import SetAside
from falselight.state.tables import SourceRow
from falselight.state.tallies import Tally
from nlp.masking import Masker

log = logging.getLogger(__name__)
RETRY_SECONDS = 900.0  # a source that says nothing of its own is asked again after a quarter of an hour


@dataclass(slots=True)
class Collected:
    """What one run over one source brought. `error`: why it ended early, None where it came to its end."""

    source: str
    tally: Tally
    pages: int = 0
    error: str | None = None


def collect(house: House, source: Source) -> Collected:
    """Fetch what is new at one source and store it page by page.

    Retry and Halt of the source are noted in state and returned as `error`; other sources go on.
    """
    done = Collected(source.id, Tally("collect", source.id))
    try:
        with lease(house.state, f"collect/{source.id}", house.settings.lease_seconds) as held:
            cursor = _start(house, source)
            _collect_or_note(house, source, cursor, held, done)
    except (Retry, Halt) as error:  # somebody else is at it, or it is not its time: nothing to note
        done.error = str(error)
    return done


def _collect_or_note(house: House, source: Source, cursor: Cursor, held: Lease, done: Collected) -> None:
    try:
        _collect_pages(house, source, cursor, held, done)
    except (Retry, Halt) as error:
        done.error = str(error)
        _note_failure(house, source, done.error, error.after_seconds if isinstance(error, Retry) else None)
    except Exception as error:  # a bug in one connector must not cost the other sources
        log.exception("collecting %s failed", source.id)
        done.error = f"bug in connector {source.platform}: {type(error).__name__}: {error}; report it"
        _note_failure(house, source, done.error, None)


def _start(house: House, source: Source) -> Cursor:
    with house.state.begin() as session:
        row = batches.source_row(session, source.id)
        _refuse_early(row)
        return dict(row.cursor)


def _collect_pages(house: House, source: Source, cursor: Cursor, held: Lease, done: Collected) -> None:
    platform = connector(source.platform)
    masker = Masker(public=public_names(house))
    with house.http() as http:
        for page in platform.fetch(source, cursor, http):
            tally = store_page(house, source, page, platform, masker, held)
            done.pages += 1
            done.tally.seen += tally.seen
            done.tally.outcomes.update(tally.outcomes)


def _refuse_early(row: SourceRow) -> None:
    if row.stopped_at is not None:
        raise Halt(f"{row.id} was stopped on {row.stopped_at:%Y-%m-%d}; its catalogue entry stays, nothing is fetched")
    wait = (row.retry_at - datetime.now(UTC)).total_seconds() if row.retry_at else 0
    if wait > 0:
        raise Retry(
            f"{row.id} asked to be left alone until {row.retry_at:%H:%M:%SZ} ({row.last_error})", after_seconds=wait
        )


def public_names(house: House) -> frozenset[str]:
    """Names that stay readable: the handles and hosts of the catalogue's own sources."""
    return frozenset(source.address.lower() for source in house.catalogue.sources)


def store_page(
    house: House, source: Source, page: Page, platform: Connector, masker: Masker, held: Lease | None
) -> Tally:
    """Parse, protect and store one page in one transaction; returns its counts."""
    tally = Tally("collect", source.id)
    now = datetime.now(UTC)
    with house.state.begin() as session:
        if held is not None:
            held.renew_in(session)
        row = batches.source_row(session, source.id)
        name = batches.batch_name(source.id, row.next_batch)
        kept, refused = _sort(house, session, source, page, platform, masker, name, tally)
        if kept or refused:
            house.evidence.write(name, page.raws)
            house.landing.write(f"posts/{name}", [post_to_dict(post) for post in kept])
            batches.add_batch(session, row, len(kept), now)
        quarantine.set_aside(session, refused, now)
        batches.went_well(row, page.cursor, now)
        tally.save(session)
    return tally


def _sort(
    house: House,
    session: Session,
    source: Source,
    page: Page,
    platform: Connector,
    masker: Masker,
    name: str,
    tally: Tally,
) -> tuple[list[Post], list[SetAside]]:
    kept: list[Post] = []
    refused: list[SetAside] = []
    fetched = {raw.url: raw for raw in page.raws}
    for item in parse_page(platform, page.raws, source):
        tally.take()
        raw = evidence_id(name, _record_number(page.raws, item))
        post = _post_or_refusal(house, source, item, raw, fetched, masker)
        if isinstance(post, SetAside):
            if quarantine.is_known(session, post):
                tally.dropped("known-quarantined")  # or every poll would store the same bad item again
            else:
                tally.quarantined(post.reason)
                refused.append(post)
            continue
        what, post = posts.admit(session, post, name)
        if what in ("new", "edited"):
            tally.out(what)
            kept.append(post)
            quarantine.resolve(session, "collect", source.id, item.native_id, datetime.now(UTC))
        else:
            tally.dropped(what)
    return kept, refused


def parse_page(platform: Connector, raws: tuple[RawItem, ...], source: Source) -> Iterator[Draft | Refused]:
    """The connector's parse; a bug in it costs the page, which is set aside with its evidence, and nothing else."""
    try:
        yield from platform.parse(raws, source)
    except Exception as error:  # the next page, the next source and the other stages must go on
        log.exception("parse of %s failed", source.id)
        where = raws[0].native_id if raws else source.id
        yield Refused(
            native_id=where, reason="parser-bug", detail=f"{type(error).__name__}: {error}; report it, then replay"
        )


def _post_or_refusal(
    house: House, source: Source, item: Draft | Refused, raw: str, fetched: dict[str, RawItem], masker: Masker
) -> Post | SetAside:
    if isinstance(item, Refused):
        return _set_aside(source, item.native_id, item.reason, f"{item.where}: {item.detail}".lstrip(": "), raw, masker)
    collected_at = next(iter(fetched.values())).fetched_at
    try:
        return protect(item, source=source.id, raw=raw, collected_at=collected_at, masker=masker, hasher=house.hasher)
    except Quarantine as error:
        return _set_aside(source, item.native_id, error.reason, error.detail, raw, masker)
    except Exception as error:  # one bad item never costs its neighbours
        log.exception("protecting an item of %s failed", source.id)
        return _set_aside(
            source, item.native_id, "protect-bug", f"{type(error).__name__}; report it, then replay", raw, masker
        )


def _set_aside(source: Source, item: str, reason: str, detail: str, raw: str, masker: Masker) -> SetAside:
    # Details quote input, so they are masked like any text.
    return SetAside(
        stage="collect", source=source.id, item=item, reason=reason, detail=masker.mask(detail).text, evidence=raw
    )


def _record_number(raws: Iterable[RawItem], item: Draft | Refused) -> int:
    # An article page is evidence of its own item; everything else points to the listing.
    url = item.url if isinstance(item, Draft) else ""
    return next((number for number, raw in enumerate(raws) if raw.url == url), 0)


def _note_failure(house: House, source: Source, error: str, after_seconds: float | None) -> None:
    wait = after_seconds if after_seconds is not None else RETRY_SECONDS
    with house.state.begin() as session:
        row = batches.source_row(session, source.id)
        batches.went_wrong(row, error, datetime.now(UTC) + timedelta(seconds=wait))
