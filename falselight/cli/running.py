"""falselight run: the whole chain from one command."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from falselight.cli.output import AsJson, console, print_json
from falselight.cli.sources import SourcesOption


def register(app: typer.Typer) -> None:
    """Add this command to the app."""
    app.command()(run)


def run(
    sources: SourcesOption = None,
    airflow: Annotated[
        bool, typer.Option("--airflow/--no-airflow", help="Through Airflow, or in this process.")
    ] = True,
    once: Annotated[bool, typer.Option("--once", help="End after the summary instead of serving the page.")] = False,
    as_json: AsJson = False,
) -> None:
    """Collect, tag, link, index, alert and mail: the bundled sample, or the feeds of --sources."""
    from falselight.running.main import Plan, to_json
    from falselight.running.main import run as run_plan

    listed: tuple[Path, ...] = tuple(sources or ())
    said = Console(stderr=True, highlight=False) if as_json else console
    summary = run_plan(Plan(sources=listed, with_airflow=airflow, once=once or as_json, as_json=as_json), said)
    if as_json:
        print_json(to_json(summary))
