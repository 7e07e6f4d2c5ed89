"""What surrounds a run: settings for the sample or for live feeds, ports, the environment of child processes."""

from __future__ import annotations

import json
import os
import socket
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from falselight.sample import CATALOGUE
from falselight.sample.web import hosts
from falselight.settings import Settings
from falselight.stages.house import catalogue_of

PAGE_PORT = 8610
AIRFLOW_PORT = 8611


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """Settings of this run and the environment that gives the same settings to Airflow's processes."""

    settings: Settings
    env: Mapping[str, str]
    page_port: int


def surround(base: Settings, sources: tuple[Path, ...], *, web: str | None, smtp_port: int | None) -> Surroundings:
    """Settings for a run over these sources.

    `web`: `address:port` of the sample's local web, None for live feeds. `smtp_port`: port of our own local mail
    server, None where the settings name one.
    """
    page_port = free_port(PAGE_PORT)
    env = {
        "FALSELIGHT_HOME": str(base.home.resolve()),
        "FALSELIGHT_SOURCES": json.dumps([str(path.resolve()) for path in sources or base.sources or (CATALOGUE,)]),
        "FALSELIGHT_PAGE_URL": f"http://127.0.0.1:{page_port}",
    }
    if web is not None:
        env |= {
            "FALSELIGHT_HTTP_ALLOW_PRIVATE": "true",
            "FALSELIGHT_HTTP_RESOLVE": json.dumps(dict.fromkeys(hosts(), web)),
            "FALSELIGHT_HTTP_DELAY_SECONDS": "0",
        }
    clock = catalogue_of(base, sources).clock
    if clock is not None:
        env["FALSELIGHT_CLOCK"] = clock.isoformat()
    if smtp_port is not None:
        env |= {"FALSELIGHT_SMTP_HOST": "127.0.0.1", "FALSELIGHT_SMTP_PORT": str(smtp_port)}
    return Surroundings(settings=_settings(env), env=env, page_port=page_port)


def free_port(wanted: int) -> int:
    """The wanted port on loopback, or any free one where it is taken."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", wanted))
        except OSError:
            probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _settings(env: Mapping[str, str]) -> Settings:
    # Through the environment, as Airflow's processes read them: one way to be wrong instead of two.
    os.environ.update(env)
    return Settings()
