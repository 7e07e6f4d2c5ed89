"""`falselight run --once` through Airflow's own processes comes to the same end as one process does."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

CLOCKLESS = (
    "sources",
    "posts",
    "indexed",
    "relevant",
    "copies",
    "narratives",
    "lures",
    "corridors",
    "languages",
    "mails",
)


def run(home: Path, *options: str) -> dict[str, Any]:
    env = {**os.environ, "FALSELIGHT_HOME": str(home)}
    done = subprocess.run(
        [sys.executable, "-m", "falselight", "run", "--once", "--json", *options],
        env=env, cwd=home.parent, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-4000:]
    summary: dict[str, Any] = json.loads(done.stdout)
    return summary


@pytest.mark.airflow
@pytest.mark.slow
@pytest.mark.timeout(900)
def test_airflow_and_one_process_come_to_the_same_end(tmp_path: Path) -> None:
    through_airflow = run(tmp_path / "airflow-home")
    in_one_process = run(tmp_path / "process-home", "--no-airflow")
    for summary in (through_airflow, in_one_process):
        # Which of two feeds of one outlet comes first is Airflow's to decide; the posts are the same.
        summary["sources"] = sorted(s["fetched"] for s in summary["sources"])
    assert {k: through_airflow[k] for k in CLOCKLESS} == {k: in_one_process[k] for k in CLOCKLESS}
    again = run(tmp_path / "airflow-home")
    assert again["posts"] == through_airflow["posts"]
    assert again["mails"] == through_airflow["mails"]
    assert leftovers(tmp_path / "airflow-home") == []


def leftovers(home: Path) -> list[str]:
    """Processes of ours that are still there: their environment names this home."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if str(home).encode() in (process / "environ").read_bytes() and int(process.name) != os.getpid():
                found.append((process / "cmdline").read_bytes().replace(b"\0", b" ").decode())
        except OSError:
            continue  # ended while we looked, or not ours to see
    return found
