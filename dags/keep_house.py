"""Keep the house: evidence past its retention and files of killed runs go, every night."""

from __future__ import annotations

from airflow.sdk import DAG, task

from dags_common import RETRIES, say_stage

with DAG(dag_id="keep_house", schedule="23 3 * * *", catchup=False, tags=["keep"], doc_md=__doc__) as dag:

    @task(**RETRIES)
    def keep() -> str:
        """Remove what is past its retention; audited."""
        return say_stage("keep")

    keep()
