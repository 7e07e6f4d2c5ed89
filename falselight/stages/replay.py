"""replay: the way out of quarantine, and parsing kept evidence again after a parser or masking rule got better."""

from __future__ import annotations

from datetime import UTC, datetime

from connectors.contract import Page, connector
from falselight.errors import Halt
from falselight.stages.collect import public_names, store_page
from falselight.stages.house import House
from falselight.state import audit, batches, quarantine
from falselight.state.leases import lease
from falselight.state.tables import QuarantineRow
from falselight.state.tallies import Tally
from nlp.masking import Masker


def replay_quarantine(house: House, source_id: str | None = None) -> list[Tally]:
    """Parse again every batch with an item in quarantine, of one source or of all; audited, since evidence is read."""
    with house.state.begin() as session:
        rows = [row for row in quarantine.open_items(session) if row.stage == "collect" and row.evidence]
        wanted = [row for row in rows if source_id in (None, row.source)]
    names = dict.fromkeys((row.evidence or "").split("#")[0] for row in wanted)
    _free(house, wanted)
    return [replay_batch(house, name) for name in names]


def replay_evidence(house: House, source_id: str | None = None) -> list[Tally]:
    """Parse all kept evidence again: what older rules missed becomes a new or edited post."""
    names = [name for name in house.evidence.names() if source_id in (None, name.split("/", maxsplit=1)[0])]
    return [replay_batch(house, name) for name in names]


def replay_batch(house: House, name: str) -> Tally:
    """Parse one batch's evidence again and store what is new in it as a further batch of its source."""
    source = house.catalogue.get(name.split("/", maxsplit=1)[0])
    with house.state.begin() as session:
        audit.note(session, "read-evidence", name, "replay")
    with lease(house.state, f"collect/{source.id}", house.settings.lease_seconds) as held:
        raws = tuple(house.evidence.read(name))
        if not raws:
            raise Halt(f"evidence {name} holds no record; restore it from the backup")
        with house.state.begin() as session:
            cursor = dict(batches.source_row(session, source.id).cursor)
        page = Page(raws=raws, cursor=cursor)
        return store_page(house, source, page, connector(source.platform), Masker(public=public_names(house)), held)


def _free(house: House, rows: list[QuarantineRow]) -> None:
    # Resolved first: an item that is still bad comes back with its new reason, one that is good stays resolved.
    with house.state.begin() as session:
        for row in rows:
            session.merge(row).resolved_at = datetime.now(UTC)
