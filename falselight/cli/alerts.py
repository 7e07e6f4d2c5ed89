"""falselight alerts: run, explain."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import typer

from falselight.cli.output import console
from falselight.settings import get_settings
from falselight.stages.house import open_house

app = typer.Typer(no_args_is_help=True, help="Rules, incidents and mails.")


@app.command()
def run(now: Annotated[str | None, typer.Option(help="Judge as of this moment, ISO 8601 with zone.")] = None) -> None:
    """Judge all rules over the index, queue mails and send what is due; repeating sends nothing again."""
    from falselight.stages.alert import alert_all

    with open_house(get_settings()) as house:
        console.print(str(alert_all(house, now=_moment(now))))


@app.command()
def explain(incident: str) -> None:
    """Why an incident is there, in words."""
    from falselight.alerts.explain import explain as explain_incident

    with open_house(get_settings()) as house:
        try:
            console.print(explain_incident(house.state, incident), soft_wrap=True, markup=False)
        except KeyError as error:
            raise typer.BadParameter(f"no incident {incident!r}; their ids stand in the mails") from error


def _moment(text: str | None) -> datetime | None:
    if text is None:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise typer.BadParameter(f"{text!r} is not ISO 8601; write 2021-11-09T06:00:00Z") from error
    if moment.tzinfo is None:
        raise typer.BadParameter(f"{text!r} has no zone; write 2021-11-09T06:00:00Z")
    return moment
