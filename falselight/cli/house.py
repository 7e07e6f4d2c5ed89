"""Commands about the house itself: status, replay, keep, doctor, serve, stage."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from falselight.cli.output import AsJson, console, print_json, table
from falselight.cli.sources import SourcesOption
from falselight.settings import get_settings
from falselight.stages.house import open_house


def register(app: typer.Typer) -> None:
    """Add these commands to the app."""
    for command in (status, replay, keep, doctor, serve, stage):
        app.command()(command)


def status(as_json: AsJson = False) -> None:
    """What every stage did and has still to do; exit 4 while items are in quarantine."""
    from falselight.stages.status import status as read_status

    with open_house(get_settings()) as house:
        now = read_status(house)
    if as_json:
        print_json(now.to_dict())
    else:
        _print_status(now)
    raise typer.Exit(4 if now.quarantine else 0)


def _print_status(now: Any) -> None:
    rows = [
        [line.stage, line.source, line.seen, _counts(line.out), _counts(line.dropped), _counts(line.quarantined)]
        for line in now.lines
    ]
    console.print(
        table(
            "Done: in = out + dropped + quarantined", ["stage", "source", "in", "out", "dropped", "quarantined"], rows
        )
    )
    console.print(f"\nposts {now.posts:,} · in the index {now.indexed:,} · waiting: {_counts(now.waiting)}")
    console.print(f"incidents: {_counts(now.incidents) or 'none'} · mails: {_counts(now.mails)}")
    for source in now.sources:
        if source["last_error"]:
            console.print(f"[yellow]{source['id']}[/]: {source['last_error']}", soft_wrap=True)
    if now.quarantine:
        rows = [[q["stage"], q["source"], q["reason"], q["detail"], q["evidence"] or ""] for q in now.quarantine]
        console.print()
        console.print(
            table(
                "Quarantine (`falselight replay` tries again)", ["stage", "source", "reason", "what", "evidence"], rows
            )
        )


def _counts(counts: dict[str, int]) -> str:
    return ", ".join(f"{name} {count:,}" for name, count in counts.items())


def replay(
    source: Annotated[str | None, typer.Argument(help="Only this source.")] = None,
    from_evidence: Annotated[bool, typer.Option("--from-evidence", help="Parse all kept evidence again.")] = False,
    sources: SourcesOption = None,
) -> None:
    """Parse what is in quarantine again, or all kept evidence; needed after a parser or masking rule got better."""
    from falselight.stages import replay as stage

    with open_house(get_settings(), tuple(sources or ())) as house:
        run = stage.replay_evidence if from_evidence else stage.replay_quarantine
        rows = [[t.source, t.seen, str(dict(t.outcomes))] for t in run(house, source)]
    console.print(table("Replayed", ["source", "items", "outcomes"], rows))


def keep() -> None:
    """Remove evidence past its retention and files of killed runs."""
    from falselight.stages.keep import keep_house

    with open_house(get_settings()) as house:
        console.print(_counts(keep_house(house)))


def stage(
    name: Annotated[str, typer.Argument(help="collect, tag, link, index, alert or keep")],
    which: Annotated[str | None, typer.Argument(help="With collect: only this group or source.")] = None,
    sources: SourcesOption = None,
) -> None:
    """Run one stage on whatever is not done yet: what an Airflow task does, from the command line."""
    from falselight.stages.single import run_stage

    with open_house(get_settings(), tuple(sources or ())) as house:
        for line in run_stage(house, name, which):
            console.print(line)


def doctor() -> None:
    """Check every component that the settings name, and say how to start what is missing; exit 3 then."""
    from falselight.stages.doctor import examine

    findings = examine(get_settings())
    rows = [["ok" if f.ok else "MISSING", f.component, f.detail] for f in findings]
    console.print(table("Components", ["", "component", "what"], rows))
    raise typer.Exit(0 if all(f.ok for f in findings) else 3)


def serve(
    port: Annotated[int, typer.Option(help="Port of the web page on this machine.")] = 8610,
    host: Annotated[
        str, typer.Option(help="Address to listen on; keep it on loopback or behind a proxy.")
    ] = "127.0.0.1",
) -> None:
    """Serve the read-only web page."""
    import uvicorn

    from falselight.desk import create_app

    settings = get_settings()
    with open_house(settings) as house:
        page = create_app(house.index, page_url=settings.page_url, clock=settings.now)
        console.print(f"Falselight's page: http://{host}:{port}/  (end with Ctrl-C)")
        uvicorn.run(page, host=host, port=port, log_level="warning")
