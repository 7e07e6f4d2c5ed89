"""One stage by name, for the command line and for Airflow's tasks."""

from __future__ import annotations

from collections.abc import Iterator

from falselight.errors import Halt, Retry
from falselight.stages.alert import alert_all
from falselight.stages.chain import STAGES, collect_source, collectable
from falselight.stages.collect import collect
from falselight.stages.house import House
from falselight.stages.keep import keep_house

NAMES = ("collect", *STAGES, "alert", "keep")


def run_stage(house: House, name: str, source_id: str | None = None) -> Iterator[str]:
    """Run a stage on whatever is not done yet and say what was done, a line each.

    Raises Halt for an unknown name, and Retry or Halt of the stage itself.
    """
    if name == "collect":
        results = [collect_source(house, source_id)] if source_id else (collect(house, s) for s in collectable(house))
        for done in results:
            yield f"{done.source}: {done.tally.seen} items, {dict(done.tally.outcomes)}"
            if done.error and source_id:
                raise Retry(done.error)
    elif name in STAGES:
        yield f"{name}: {STAGES[name](house)} posts"
    elif name == "alert":
        yield str(alert_all(house))
    elif name == "keep":
        yield f"keep: {keep_house(house)}"
    else:
        raise Halt(f"no stage {name!r}; there are: {', '.join(NAMES)}")
