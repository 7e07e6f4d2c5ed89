"""One stage by name, for the command line and for Airflow's tasks."""

from __future__ import annotations

from collections.abc import Iterator

from connectors.catalogue import Source
from falselight.errors import Halt, Retry
from falselight.stages.alert import alert_all
from falselight.stages.chain import STAGES, collect_all, collectable, why_not
from falselight.stages.house import House
from falselight.stages.keep import keep_house

NAMES = ("collect", *STAGES, "alert", "keep")


def run_stage(house: House, name: str, which: str | None = None) -> Iterator[str]:
    """Run a stage on whatever is not done yet and say what was done, a line each.

    `which`: with collect, a group or a source of the catalogue; None means all that may be fetched. Raises Halt for
    an unknown name, and Retry or Halt of the stage itself; Retry where every source failed.
    """
    if name == "collect":
        yield from _collect(house, _chosen(house, which))
    elif name in STAGES:
        yield f"{name}: {STAGES[name](house)} posts"
    elif name == "alert":
        yield str(alert_all(house))
    elif name == "keep":
        yield f"keep: {keep_house(house)}"
    else:
        raise Halt(f"no stage {name!r}; there are: {', '.join(NAMES)}")


def _chosen(house: House, which: str | None) -> list[Source]:
    groups = house.catalogue.groups()
    if which is None or which in groups:
        return [source for source in collectable(house) if which in (None, source.group)]
    source = house.catalogue.get(which)
    if (reason := why_not(house, source)) is not None:
        raise Halt(f"{which}: {reason}")
    return [source]


def _collect(house: House, sources: list[Source]) -> Iterator[str]:
    failed: list[str] = []
    new = 0
    for done in collect_all(house, sources):
        new += done.tally.outcomes["out", "new"] + done.tally.outcomes["out", "edited"]
        failed += [f"{done.source}: {done.error}"] if done.error else []
        yield f"{done.source}: {done.tally.seen} items, {dict(done.tally.outcomes)}, {done.error or 'no error'}"
    if sources and len(failed) == len(sources):
        raise Retry("; ".join(failed))
    yield f"collect: {len(sources)} sources, {new} new or edited posts, {len(failed)} failed"
