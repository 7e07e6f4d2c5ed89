"""One DAG per group of the catalogue: fetch what is new at its sources, then wake tagging.

A group is one task, not one per source: starting a process costs more than asking a feed. What a single source did
stands in the task's log, in `falselight sources health` and in `falselight status`.
"""

from __future__ import annotations

from datetime import timedelta

from airflow.sdk import DAG, Asset, task

from connectors.catalogue import Source
from dags_common import catalogue, say_stage
from falselight.stages.wakes import POSTS_LANDED


@task(outlets=[Asset(POSTS_LANDED)], retries=2, retry_delay=timedelta(minutes=5))
def collect(group: str) -> str:
    """Fetch every source of the group; fails only when every one of them failed, so that good posts go on at once."""
    return say_stage("collect", group)


def collect_dag(group: str, sources: tuple[Source, ...]) -> DAG:
    """The DAG of one group; it runs as often as its most eager source wants."""
    minutes = min(source.poll_minutes for source in sources)
    names = "\n".join(f"- `{source.id}`: {source.name} ({source.purpose})" for source in sources)
    with DAG(
        dag_id=f"collect_posts_{group.replace('-', '_')}",
        schedule=None if catalogue.bundled else timedelta(minutes=minutes),
        catchup=False,
        tags=["collect"],
        doc_md=f"{__doc__}\n\nGroup `{group}`:\n\n{names}",
    ) as dag:
        collect(group)
    return dag


for _group, _sources in catalogue.groups().items():
    _dag = collect_dag(_group, _sources)
    globals()[_dag.dag_id] = _dag
