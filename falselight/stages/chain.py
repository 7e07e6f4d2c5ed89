"""The whole chain in one process, in the order of DESIGN §2; Airflow runs the same functions one by one."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor

from connectors.catalogue import Source
from falselight.stages.alert import alert_all
from falselight.stages.collect import Collected, collect
from falselight.stages.house import House
from falselight.stages.index import index_all
from falselight.stages.link import link_all
from falselight.stages.tag import tag_all
from falselight.state.tables import SourceRow

LIVE_WORKERS = 8  # sources are waited for, not computed; hosts are still asked one at a time by each source's client
Progress = Callable[[str], None]


def run_chain(house: House, progress: Progress = lambda _line: None) -> list[Collected]:
    """Collect every source, then tag, link, index, alert and send; returns what each source brought.

    A source that fails is noted and costs no other source. Raises Halt or Retry of the later stages.
    """
    done = []
    for result in collect_all(house, collectable(house)):
        progress(
            f"collect  {result.source}: {result.tally.seen} items" + (f" ({result.error})" if result.error else "")
        )
        done.append(result)
    for name, stage in STAGES.items():
        progress(f"{name}  {stage(house)} posts")
    alerts = alert_all(house)
    progress(f"alert  {alerts}")
    return done


def collect_all(house: House, sources: Iterable[Source]) -> Iterator[Collected]:
    """Collect sources: one after the other on the sample, so that it repeats exactly; side by side on live feeds."""
    workers = 1 if house.catalogue.bundled else LIVE_WORKERS
    with ThreadPoolExecutor(max_workers=workers, thread_name_prefix="collect") as pool:
        yield from pool.map(lambda source: collect(house, source), sources)


def collectable(house: House) -> list[Source]:
    """Sources that may be fetched: verified once by `falselight sources check`, and not stopped."""
    return [source for source in house.catalogue.sources if why_not(house, source) is None]


def why_not(house: House, source: Source) -> str | None:
    """Why a source may not be fetched, None if it may."""
    with house.state.begin() as session:
        row = session.get(SourceRow, source.id)
    if row is not None and row.stopped_at is not None:
        return f"stopped on {row.stopped_at:%Y-%m-%d}"
    if source.verified_on is None and (row is None or row.verified_at is None):
        return f"never verified; run `falselight sources check {source.id}` first"
    return None


def _counted(stage: Callable[[House], Iterable[object]]) -> Callable[[House], int]:
    return lambda house: sum(getattr(tally, "seen", 0) for tally in stage(house))


STAGES: dict[str, Callable[[House], int]] = {
    "tag": _counted(tag_all),
    "link": _counted(link_all),
    "index": _counted(index_all),
}
