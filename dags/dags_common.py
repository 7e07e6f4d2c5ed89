"""What every task does: open the house, run one stage, say what was done. No domain code lives in dags/."""

from __future__ import annotations

from datetime import timedelta

from airflow.sdk import Asset, AssetAny
from airflow.timetables.assets import AssetOrTimeSchedule
from airflow.timetables.trigger import CronTriggerTimetable

from connectors.catalogue import load_catalogue
from falselight.sample import CATALOGUE
from falselight.settings import get_settings

catalogue = load_catalogue(get_settings().sources or (CATALOGUE,))
RETRIES = {"retries": 6, "retry_delay": timedelta(seconds=5), "retry_exponential_backoff": True}


def woken_by(*names: str, cron: str = "*/5 * * * *") -> AssetOrTimeSchedule | AssetAny:
    """Run when any of these assets has news, and on live feeds also by the clock in case an event was lost.

    The sample is run once and looked at: there the clock would only start empty runs.
    """
    assets = AssetAny(*(Asset(name) for name in names))
    if catalogue.bundled:
        return assets
    return AssetOrTimeSchedule(timetable=CronTriggerTimetable(cron, timezone="UTC"), assets=assets)


def say_stage(stage: str, group: str | None = None) -> str:
    """Run one stage of the house and return what it says; imported here so that parsing DAG files stays light."""
    from falselight.stages.house import open_house
    from falselight.stages.single import run_stage

    with open_house(get_settings()) as house:
        lines = list(run_stage(house, stage, group))
    print("\n".join(lines))
    return lines[-1] if lines else ""
