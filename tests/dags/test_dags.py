"""DAG files: they load, stay light, and say when and in which order; what they do is tested without Airflow."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

DAGS = Path(__file__).parents[2] / "dags"
LOOK = """
import importlib, json, sys
sys.path.insert(0, sys.argv[1])
from airflow.sdk import DAG
found = {}
for name in sys.argv[2].split(","):
    module = importlib.import_module(name)
    for value in vars(module).values():
        if isinstance(value, DAG):
            found[value.dag_id] = {
                "tasks": {t.task_id: sorted(t.upstream_task_ids) for t in value.tasks},
                "doc": bool(value.doc_md), "catchup": value.catchup,
                "wakes": sorted(a.uri for t in value.tasks for a in t.outlets),
                "schedule": type(value.schedule).__name__,
            }
heavy = sorted(set(sys.modules) & {"torch", "transformers", "onnxruntime", "spacy", "sklearn", "trafilatura"})
print(json.dumps({"dags": found, "heavy": heavy}))
"""


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, object]]:
    names = ",".join(sorted(path.stem for path in DAGS.glob("*.py") if path.stem != "dags_common"))
    home = tmp_path_factory.mktemp("airflow")
    env = {
        **os.environ,
        "AIRFLOW_HOME": str(home),
        "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
        "FALSELIGHT_HOME": str(home),
    }
    env["AIRFLOW__DATABASE__SQL_ALCHEMY_CONN"] = f"sqlite:///{home / 'airflow.db'}"
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", LOOK, str(DAGS), names],
        env=env,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    result: dict[str, dict[str, object]] = json.loads(done.stdout.splitlines()[-1])
    return result


def test_every_group_of_the_catalogue_has_a_dag_and_every_stage_one(loaded: dict[str, dict[str, object]]) -> None:
    assert set(loaded["dags"]) == {
        "collect_posts_sample_press", "collect_posts_sample_social", "tag_posts", "link_posts", "index_posts", "send_alerts", "keep_house",
    }  # fmt: skip


def test_reading_a_dag_file_loads_no_model_library(loaded: dict[str, dict[str, object]]) -> None:
    assert loaded["heavy"] == []


def test_the_stages_wake_each_other_in_order(loaded: dict[str, dict[str, object]]) -> None:
    wakes = {name: dag["wakes"] for name, dag in loaded["dags"].items()}  # type: ignore[index, call-overload]
    assert wakes["collect_posts_sample_press"] == ["x-falselight://landing/posts"]
    assert wakes["tag_posts"] == ["x-falselight://landing/tags"]
    assert wakes["link_posts"] == ["x-falselight://state/links"]
    assert wakes["index_posts"] == ["x-falselight://index/posts"]


def test_no_dag_runs_for_the_past_and_each_says_what_it_is_for(loaded: dict[str, dict[str, object]]) -> None:
    for dag in loaded["dags"].values():
        assert dag["catchup"] is False  # type: ignore[index, call-overload]
        assert dag["doc"]  # type: ignore[index, call-overload]
