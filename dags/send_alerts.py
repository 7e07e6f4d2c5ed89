"""Judge the rules over the index, queue mails and send them; a mail that cannot be sent fails the task visibly."""

from __future__ import annotations

from airflow.sdk import DAG, task

from dags_common import RETRIES, say_stage, woken_by
from falselight.stages.wakes import POSTS_INDEXED

with DAG(dag_id="send_alerts", schedule=woken_by(POSTS_INDEXED), catchup=False, tags=["alert"], doc_md=__doc__) as dag:

    @task(**RETRIES)
    def alert() -> str:
        """Rules, digest, outbox, SMTP; repeating sends nothing again."""
        return say_stage("alert")

    alert()
