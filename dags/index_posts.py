"""Index whatever post, tag or link is not yet in the index."""

from __future__ import annotations

from airflow.sdk import DAG, Asset, task

from dags_common import RETRIES, say_stage, woken_by
from falselight.stages.wakes import POSTS_INDEXED, POSTS_LINKED

with DAG(dag_id="index_posts", schedule=woken_by(POSTS_LINKED), catchup=False, tags=["index"], doc_md=__doc__) as dag:

    @task(outlets=[Asset(POSTS_INDEXED)], **RETRIES)
    def index() -> str:
        """Put every changed post into the index."""
        return say_stage("index")

    index()
