"""Tag what landed: language, relevance, stance, narratives, lures, routes."""

from __future__ import annotations

from airflow.sdk import DAG, Asset, task

from dags_common import RETRIES, say_stage, woken_by
from falselight.stages.wakes import POSTS_LANDED, POSTS_TAGGED

with DAG(dag_id="tag_posts", schedule=woken_by(POSTS_LANDED), catchup=False, tags=["tag"], doc_md=__doc__) as dag:

    @task(outlets=[Asset(POSTS_TAGGED)], **RETRIES)
    def tag() -> str:
        """Tag every batch that is not tagged yet."""
        return say_stage("tag")

    tag()
