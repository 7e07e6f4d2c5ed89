"""falselight sources: list, check, new, stop, health."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from falselight.cli.output import AsJson, console, print_json, table
from falselight.settings import get_settings
from falselight.stages.house import catalogue_of, open_house

app = typer.Typer(no_args_is_help=True, help="The catalogue of sources.")
SourcesOption = Annotated[
    list[Path] | None, typer.Option("--sources", help="Catalogue file or folder; may be given again.")
]


@app.command("list")
def list_sources(sources: SourcesOption = None, as_json: AsJson = False) -> None:
    """Every source with its purpose and whether it may be fetched."""
    from falselight.stages.chain import why_not

    with open_house(get_settings(), tuple(sources or ())) as house:
        entries = [(source, why_not(house, source)) for source in house.catalogue.sources]
    if as_json:
        print_json([source.model_dump(mode="json") | {"why_not": reason} for source, reason in entries])
        return
    rows = [[s.id, s.platform, s.role, ",".join(s.languages), s.purpose, reason or "yes"] for s, reason in entries]
    console.print(
        table(f"{len(rows)} sources", ["id", "platform", "role", "languages", "purpose", "may be fetched"], rows)
    )


@app.command()
def check(ids: list[str], sources: SourcesOption = None) -> None:
    """Fetch and parse each source once, store nothing, and note it as verified where that went well; exit 4 otherwise."""
    from falselight.stages.check import check_source

    with open_house(get_settings(), tuple(sources or ())) as house:
        results = [check_source(house, house.catalogue.get(source_id)) for source_id in ids]
    for result in results:
        console.print(
            f"{'[green]ok[/]' if result.ok else '[red]no[/]'}  {result.source}: {result.detail}", soft_wrap=True
        )
    raise typer.Exit(0 if all(result.ok for result in results) else 4)


@app.command()
def stop(
    source_id: str, why: Annotated[str, typer.Option(help="Reason, for the audit log.")], sources: SourcesOption = None
) -> None:
    """Stop fetching a source at once; its entry and what it brought stay."""
    from falselight.state import audit, batches

    with open_house(get_settings(), tuple(sources or ())) as house, house.state.begin() as session:
        batches.source_row(session, house.catalogue.get(source_id).id).stopped_at = datetime.now(UTC)
        audit.note(session, "stop-source", source_id, why)
    console.print(f"{source_id} is stopped; it is no longer fetched")


@app.command()
def health(sources: SourcesOption = None, as_json: AsJson = False) -> None:
    """When each source was last fetched, what went wrong, and whether its volume is as expected; exit 4 if not."""
    from falselight.stages.health import health as read_health

    with open_house(get_settings(), tuple(sources or ())) as house:
        rows = read_health(house)
    if as_json:
        print_json([asdict(row) for row in rows])
    else:
        columns = ["id", "last ok", "posts", "last 24 h", "volume", "last error"]
        listed = [[r.id, r.last_ok_at or "never", r.posts, r.last_day, r.volume, r.last_error or ""] for r in rows]
        console.print(table("Sources", columns, listed))
    raise typer.Exit(4 if any(row.last_error or row.volume == "too few" for row in rows) else 0)


@app.command()
def new(
    source_id: str,
    platform: str,
    address: str,
    file: Annotated[Path, typer.Option(help="Catalogue file to add it to.")],
) -> None:
    """Print a catalogue entry to fill in and paste; checks that the id is free."""
    from falselight.stages.check import entry_skeleton

    taken = {source.id for source in catalogue_of(get_settings(), (file,) if file.exists() else ()).sources}
    if source_id in taken:
        raise typer.BadParameter(f"{source_id} is taken; ids are for ever")
    typer.echo(entry_skeleton(source_id, platform, address))
