"""Airflow as its own processes over SQLite, for `falselight run`: start, trigger, watch, stop.

Only processes and the public REST API are used; `airflow` itself is imported nowhere but in dags/.
"""

from __future__ import annotations

import os
import secrets
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx

from falselight.errors import Missing

_TRIES, _PAUSE_SECONDS = 5, 1.0

DAGS = Path(__file__).parents[2] / "dags"
START_SECONDS = 120.0  # two busy cores need about forty
STOP_SECONDS = 10.0
COMPONENTS = {
    "api-server": ("api-server", "--workers", "1"),
    "scheduler": ("scheduler", "--skip-serve-logs"),
    "dag-processor": ("dag-processor",),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class DagRun:
    """One run as Airflow reports it. `state`: queued, running, success or failed."""

    dag_id: str
    run_id: str
    state: str
    started_at: str | None

    @property
    def ended(self) -> bool:
        """Whether it will not go on."""
        return self.state in ("success", "failed")


class Airflow:
    """A running Airflow. `url`: its web interface and REST API on loopback."""

    def __init__(self, home: Path, port: int, env: Mapping[str, str]) -> None:
        self.home, self.port, self.url = home, port, f"http://127.0.0.1:{port}"
        self.env = {**os.environ, **_settings(home, port), **env}
        self.processes: dict[str, subprocess.Popen[bytes]] = {}
        self.client = httpx.Client(base_url=self.url, timeout=30, trust_env=False)

    def start(self) -> None:
        """Prepare the database and start every component. Raises Missing naming the log where one ends early."""
        if not DAGS.is_dir():
            raise Missing(f"{DAGS} is not there: a wheel holds no DAGs; run from a checkout, or add --no-airflow")
        self.home.mkdir(parents=True, exist_ok=True)
        prepared = self._spawn("db-migrate", ("db", "migrate"))
        if prepared.wait() != 0:
            raise Missing(f"Airflow's database could not be prepared; see {self.home / 'logs' / 'db-migrate.log'}")
        self.processes = {name: self._spawn(name, args) for name, args in COMPONENTS.items()}
        self._wait_until_up()

    def stop(self) -> None:
        """End every component and what it started: Airflow leaves children behind unless their group is ended."""
        for process in self.processes.values():
            _signal(process, signal.SIGTERM)
        end = time.monotonic() + STOP_SECONDS
        for process in self.processes.values():
            try:
                process.wait(max(0.1, end - time.monotonic()))
            except subprocess.TimeoutExpired:
                pass
            _signal(process, signal.SIGKILL)
            process.wait()
        self.client.close()

    def dag_ids(self) -> list[str]:
        """DAGs that the dag-processor has read so far."""
        return sorted(dag["dag_id"] for dag in self._get("/api/v2/dags", limit=200)["dags"])

    def trigger(self, dag_id: str) -> None:
        """Start a run now. SQLite under load answers 500 now and then: asked again with the same id, it is one run."""
        wanted = {"logical_date": None, "dag_run_id": f"falselight__{uuid4()}"}
        for attempt in range(_TRIES):
            answer = self.client.post(f"/api/v2/dags/{dag_id}/dagRuns", json=wanted, headers=self._auth())
            if answer.status_code == httpx.codes.CONFLICT and attempt:
                return  # the earlier answer was lost, the run was not
            if not answer.is_server_error or attempt == _TRIES - 1:
                answer.raise_for_status()
                return
            time.sleep(_PAUSE_SECONDS)

    def runs(self) -> list[DagRun]:
        """All runs so far, newest first."""
        rows = self._get("/api/v2/dags/~/dagRuns", limit=100, order_by="-id")["dag_runs"]
        return [
            DagRun(dag_id=r["dag_id"], run_id=r["dag_run_id"], state=r["state"], started_at=r.get("start_date"))
            for r in rows
        ]

    def broken_dags(self) -> list[str]:
        """Messages of DAG files that could not be read."""
        return [row["stack_trace"] for row in self._get("/api/v2/importErrors")["import_errors"]]

    def check_alive(self) -> None:
        """Raises Missing naming the component that has ended and its log."""
        for name, process in self.processes.items():
            if process.poll() is not None:
                raise Missing(f"Airflow's {name} ended with {process.returncode}; see {self.home / 'logs' / name}.log")

    def _get(self, path: str, **query: Any) -> Any:
        answer = self.client.get(path, params=query, headers=self._auth())
        answer.raise_for_status()
        return answer.json()

    def _auth(self) -> dict[str, str]:
        if "authorization" not in self.client.headers:
            answer = self.client.get("/auth/token")
            answer.raise_for_status()
            self.client.headers["authorization"] = f"Bearer {answer.json()['access_token']}"
        return {}

    def _wait_until_up(self) -> None:
        end = time.monotonic() + START_SECONDS
        while True:
            self.check_alive()
            try:
                if self.client.get("/api/v2/monitor/health").status_code == httpx.codes.OK:
                    return
            except httpx.TransportError:
                pass
            if time.monotonic() > end:
                raise Missing(
                    f"Airflow did not answer within {START_SECONDS:.0f} s; see the logs in {self.home / 'logs'}"
                )
            time.sleep(0.25)

    def _spawn(self, name: str, args: tuple[str, ...]) -> subprocess.Popen[bytes]:
        logs = self.home / "logs"
        logs.mkdir(parents=True, exist_ok=True)
        with open(logs / f"{name}.log", "ab") as out:
            return subprocess.Popen(
                [sys.executable, "-m", "airflow", *args], env=self.env, cwd=self.home, stdin=subprocess.DEVNULL,
                stdout=out, stderr=subprocess.STDOUT, start_new_session=True,
            )  # fmt: skip


@contextmanager
def run_airflow(home: Path, port: int, env: Mapping[str, str]) -> Iterator[Airflow]:
    """Airflow for the block."""
    airflow = Airflow(home, port, env)
    try:
        airflow.start()
        yield airflow
    finally:
        airflow.stop()


def _signal(process: subprocess.Popen[bytes], number: signal.Signals) -> None:
    try:
        os.killpg(process.pid, number)
    except ProcessLookupError:
        pass


def _settings(home: Path, port: int) -> dict[str, str]:
    cores = str(os.cpu_count() or 2)
    return {
        "AIRFLOW_HOME": str(home),
        "AIRFLOW__CORE__DAGS_FOLDER": str(DAGS),
        "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
        "AIRFLOW__CORE__EXECUTOR": "LocalExecutor",
        "AIRFLOW__CORE__PARALLELISM": cores,  # more workers than cores only swap models in and out
        "AIRFLOW__CORE__DAGS_ARE_PAUSED_AT_CREATION": "False",
        "AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_ALL_ADMINS": "True",  # bound to loopback, demonstration only
        "AIRFLOW__CORE__EXECUTION_API_SERVER_URL": f"http://127.0.0.1:{port}/execution/",
        "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": f"sqlite:///{home / 'airflow.db'}",
        "AIRFLOW__API__HOST": "127.0.0.1",
        "AIRFLOW__API__PORT": str(port),
        "AIRFLOW__API__BASE_URL": f"http://127.0.0.1:{port}",
        "AIRFLOW__API_AUTH__JWT_SECRET": _secret(home / "jwt.secret"),
        "AIRFLOW__API__SECRET_KEY": _secret(home / "api.secret"),
        "AIRFLOW__SCHEDULER__SCHEDULER_IDLE_SLEEP_TIME": "0.5",
        "AIRFLOW__DAG_PROCESSOR__REFRESH_INTERVAL": "60",
        "AIRFLOW__DAG_PROCESSOR__MIN_FILE_PROCESS_INTERVAL": "300",
        "AIRFLOW__DAG_PROCESSOR__PARSING_PROCESSES": cores,
        "AIRFLOW__USAGE_DATA_COLLECTION__ENABLED": "False",
        "AIRFLOW__LOGGING__LOGGING_LEVEL": "INFO",
        "OMP_NUM_THREADS": "1",
        "NO_PROXY": "*",
    }


def _secret(path: Path) -> str:
    # All components must share it, also when a later run starts on the same home.
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.exists():
        path.touch(mode=0o600)
        path.write_text(secrets.token_hex(32))
    return path.read_text()
