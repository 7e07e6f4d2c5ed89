"""One DAG per group of the catalogue: every source a task, and one task that wakes tagging."""

from __future__ import annotations

from datetime import timedelta

from airflow.sdk import DAG, Asset, task

from connectors.catalogue import Source
from dags_common import catalogue, say_stage
from falselight.stages.wakes import POSTS_LANDED


@task(retries=2, retry_delay=timedelta(minutes=5))
def collect(source_id: str) -> str:
    """Fetch what is new at one source; a source that asks to wait fails this task visibly and no other."""
    return say_stage("collect", source_id)


@task(outlets=[Asset(POSTS_LANDED)], trigger_rule="all_done", retries=1)
def landed() -> None:
    """Wake tagging once per run, also when a source failed: the others' posts must not wait for it."""


def collect_dag(group: str, sources: tuple[Source, ...]) -> DAG:
    """The DAG of one group; it runs as often as its most eager source wants."""
    minutes = min(source.poll_minutes for source in sources)
    schedule = None if catalogue.bundled else timedelta(minutes=minutes)
    with DAG(
        dag_id=f"collect_posts_{group.replace('-', '_')}", schedule=schedule, catchup=False,
        tags=["collect", group], doc_md=f"{__doc__}\n\nGroup `{group}`: {len(sources)} sources.",
    ) as dag:  # fmt: skip
        last = landed()
        for source in sources:
            collect.override(task_id=source.id.replace("-", "_"))(source.id) >> last
    return dag


for _group, _sources in catalogue.groups().items():
    _dag = collect_dag(_group, _sources)
    globals()[_dag.dag_id] = _dag
