"""Link what was tagged: exact and near copies."""

from __future__ import annotations

from airflow.sdk import DAG, Asset, task

from dags_common import RETRIES, say_stage, woken_by
from falselight.stages.wakes import POSTS_LINKED, POSTS_TAGGED

with DAG(dag_id="link_posts", schedule=woken_by(POSTS_TAGGED), catchup=False, tags=["link"], doc_md=__doc__) as dag:

    @task(outlets=[Asset(POSTS_LINKED)], **RETRIES)
    def link() -> str:
        """Link every tagged batch that is not linked yet."""
        return say_stage("link")

    link()
