"""The main job: surround, run the chain (through Airflow or in one process), say what came of it, serve."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from pathlib import Path

import uvicorn
from rich.console import Console

from falselight.desk import create_app
from falselight.running.airflow import run_airflow
from falselight.running.mailserver import serve_mail
from falselight.running.summary import Summary, show, summarise
from falselight.running.watch import Watch
from falselight.running.world import AIRFLOW_PORT, Surroundings, free_port, surround
from falselight.sample import web
from falselight.settings import Settings, get_settings
from falselight.stages.alert import write_mails
from falselight.stages.chain import run_chain
from falselight.stages.house import catalogue_of, open_house

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What to run. `once`: end after the summary; `with_airflow`: let Airflow's processes run the stages."""

    sources: tuple[Path, ...] = ()
    with_airflow: bool = True
    once: bool = False
    as_json: bool = False


def run(plan: Plan, console: Console) -> Summary:
    """Run the whole chain once and show what came of it; serves the page afterwards unless `plan.once`."""
    began = time.monotonic()
    say = _speaker(console, began)
    base = get_settings()
    with ExitStack() as stack:
        around = _surround(stack, base, plan, say)
        airflow = None
        if plan.with_airflow:
            say("starting Airflow (api-server, scheduler, dag-processor; SQLite)")
            home = around.settings.path("airflow")
            airflow = stack.enter_context(run_airflow(home, free_port(AIRFLOW_PORT), around.env))
            groups = tuple(catalogue_of(around.settings, plan.sources).groups())
            Watch(airflow, around.settings, groups, say).run()
        summary = _finish(around, plan, console, say)
        if not plan.once:
            _serve(around, console, airflow.url if airflow else None)
    return summary


def _surround(stack: ExitStack, base: Settings, plan: Plan, say: Say) -> Surroundings:
    bundled = catalogue_of(base, plan.sources).bundled
    address = stack.enter_context(web.serve()) if bundled else None
    if address:
        say(f"the sample's local web answers for {len(web.hosts())} invented hosts on {address}")
    own_mail = bundled or base.smtp_host in ("127.0.0.1", "localhost")
    port = stack.enter_context(serve_mail(base.path("mails/received"))) if own_mail else None
    if port:
        say(f"a local mail server takes mails on port {port}")
    return surround(base, plan.sources, web=address, smtp_port=port)


def _finish(around: Surroundings, plan: Plan, console: Console, say: Say) -> Summary:
    with open_house(around.settings, plan.sources) as house:
        if not plan.with_airflow:
            run_chain(house, say)
        summary = summarise(house)
        written = write_mails(house, around.settings.path("mails"))
    if not plan.as_json:
        show(console, summary)
        for path in written:
            console.print(f"mail: {path}", soft_wrap=True)
    say("done")
    return summary


def _serve(around: Surroundings, console: Console, airflow_url: str | None) -> None:
    with open_house(around.settings) as house:
        page = create_app(house.index, page_url=around.settings.page_url, clock=around.settings.now)
        server = uvicorn.Server(uvicorn.Config(page, host="127.0.0.1", port=around.page_port, log_level="warning"))
        console.print(f"\n[bold]Page[/]     {around.settings.page_url}/")
        if airflow_url:
            console.print(f"[bold]Airflow[/]  {airflow_url}/")
        console.print("End with Ctrl-C.")
        server.run()


def _speaker(console: Console, began: float) -> Say:
    # On a terminal every step is shown; elsewhere (logs, CI) too, since the steps of one run are few.
    lock = threading.Lock()

    def say(line: str) -> None:
        with lock:
            console.print(f"[dim]{time.monotonic() - began:6.1f} s[/]  {line}", soft_wrap=True)

    return say


def to_json(summary: Summary) -> dict[str, object]:
    """JSON-ready mapping of a summary."""
    return asdict(summary)
