"""falselight sources: list, check, new, stop, health."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from falselight.cli.output import AsJson, console, print_json, table
from falselight.settings import get_settings
from falselight.stages.house import House, catalogue_of, open_house

app = typer.Typer(no_args_is_help=True, help="The catalogue of sources.")
SourcesOption = Annotated[list[Path], typer.Option("--sources", help="Catalogue file or folder; may be given again.")]


@app.command("list")
def list_sources(sources: SourcesOption = (), as_json: AsJson = False) -> None:  # type: ignore[assignment]
    """Every source with its purpose and whether it may be fetched."""
    from falselight.stages.chain import why_not

    with open_house(get_settings(), tuple(sources)) as house:
        entries = [(source, why_not(house, source)) for source in house.catalogue.sources]
    if as_json:
        print_json([source.model_dump(mode="json") | {"why_not": reason} for source, reason in entries])
        return
    rows = [[s.id, s.platform, s.role, ",".join(s.languages), s.purpose, reason or "yes"] for s, reason in entries]
    console.print(
        table(f"{len(rows)} sources", ["id", "platform", "role", "languages", "purpose", "may be fetched"], rows)
    )


@app.command()
def check(ids: list[str], sources: SourcesOption = ()) -> None:  # type: ignore[assignment]
    """Fetch and parse each source once, store nothing, and note it as verified where that went well; exit 4 otherwise."""
    from falselight.stages.check import check_source

    with open_house(get_settings(), tuple(sources)) as house:
        results = [check_source(house, house.catalogue.get(source_id)) for source_id in ids]
    for result in results:
        console.print(
            f"{'[green]ok[/]' if result.ok else '[red]no[/]'}  {result.source}: {result.detail}", soft_wrap=True
        )
    raise typer.Exit(0 if all(result.ok for result in results) else 4)


@app.command()
def stop(
    source_id: str, why: Annotated[str, typer.Option(help="Reason, for the audit log.")], sources: SourcesOption = ()
) -> None:  # type: ignore[assignment]
    """Stop fetching a source at once; its entry and what it brought stay."""
    from falselight.state import audit, batches

    with open_house(get_settings(), tuple(sources)) as house, house.state.begin() as session:
        batches.source_row(session, house.catalogue.get(source_id).id).stopped_at = datetime.now(UTC)
        audit.note(session, "stop-source", source_id, why)
    console.print(f"{source_id} is stopped; it is no longer fetched")


@app.command()
def health(sources: SourcesOption = (), as_json: AsJson = False) -> None:  # type: ignore[assignment]
    """When each source was last fetched and what went wrong; exit 4 when one has failed."""
    with open_house(get_settings(), tuple(sources)) as house:
        rows = _health(house)
    if as_json:
        print_json(rows)
    else:
        console.print(table("Sources", ["id", "last ok", "posts", "last error"], [list(row.values()) for row in rows]))
    raise typer.Exit(4 if any(row["last_error"] for row in rows) else 0)


def _health(house: House) -> list[dict[str, object]]:
    from sqlalchemy import func, select

    from falselight.state.tables import PostRow, SourceRow

    with house.state.begin() as session:
        rows = {row.id: row for row in session.scalars(select(SourceRow))}
        counts = dict(session.execute(select(PostRow.source, func.count()).group_by(PostRow.source)))
    return [
        {
            "id": source.id,
            "last_ok": row.last_ok_at.isoformat(timespec="minutes") if row and row.last_ok_at else "never",
            "posts": counts.get(source.id, 0),
            "last_error": (row.last_error or "") if row else "",
        }
        for source in house.catalogue.sources
        for row in [rows.get(source.id)]
    ]


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
