"""Watching Airflow run the chain to its end."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field

from falselight.errors import Halt, Missing
from falselight.running.airflow import Airflow, DagRun
from falselight.settings import Settings
from falselight.stages.house import open_house
from falselight.stages.status import status

LOOK_SECONDS = 1.0
LIMIT_SECONDS = 900.0  # five times what two busy cores need for the sample
STAGE_DAGS = ("tag_posts", "link_posts", "index_posts", "send_alerts")
Say = Callable[[str], None]


@dataclass(slots=True)
class Watch:
    """Triggers the collecting DAGs and looks until nothing is left to do.

    State says what is left; Airflow's runs only tell whether somebody is still at it.
    """

    airflow: Airflow
    settings: Settings
    groups: tuple[str, ...]
    say: Say
    told: dict[str, str] = field(default_factory=dict)

    def run(self) -> list[DagRun]:
        """Let the whole chain run once; returns all runs. Raises Halt when it does not come to its end."""
        end = time.monotonic() + LIMIT_SECONDS
        before = {run.run_id for run in self.airflow.runs()}
        wanted = {f"collect_posts_{group.replace('-', '_')}" for group in self.groups}
        self._until_read(wanted | set(STAGE_DAGS), end)
        for dag_id in sorted(wanted):
            self.airflow.trigger(dag_id)
        while True:
            runs = [run for run in self.airflow.runs() if run.run_id not in before]
            self._tell(runs)
            if self._done(runs, wanted):
                return runs
            self.airflow.check_alive()
            if time.monotonic() > end:
                raise Halt(f"the chain did not end within {LIMIT_SECONDS:.0f} s; see {self.airflow.url} and its logs")
            time.sleep(LOOK_SECONDS)

    def _until_read(self, wanted: set[str], end: float) -> None:
        while not wanted <= set(self.airflow.dag_ids()):
            if broken := self.airflow.broken_dags():
                raise Halt(f"a DAG file cannot be read:\n{broken[0]}")
            if time.monotonic() > end:
                raise Missing(
                    f"Airflow has not read its DAG files; see {self.airflow.home / 'logs' / 'dag-processor.log'}"
                )
            time.sleep(LOOK_SECONDS)

    def _tell(self, runs: list[DagRun]) -> None:
        for run in reversed(runs):
            if self.told.get(run.run_id) != run.state:
                self.told[run.run_id] = run.state
                if run.state != "queued":
                    self.say(f"{run.dag_id}: {run.state}")

    def _done(self, runs: list[DagRun], wanted: set[str]) -> bool:
        collected = {run.dag_id for run in runs if run.ended}
        if not wanted <= collected or any(not run.ended for run in runs):
            return False
        if failed := [run.dag_id for run in runs if run.state == "failed" and run.dag_id in STAGE_DAGS]:
            raise Halt(f"{', '.join(failed)} failed; see {self.airflow.url}")
        with open_house(self.settings) as house:
            left = status(house).waiting
        # Between two stages there is a moment without any run: the last stage must have run after the others.
        return not any(left.values()) and self._alerted(runs)

    def _alerted(self, runs: list[DagRun]) -> bool:
        started = {dag: max((r.started_at or "" for r in runs if r.dag_id == dag), default="") for dag in STAGE_DAGS}
        return started["send_alerts"] > started["index_posts"] > ""
