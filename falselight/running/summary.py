"""The summary after a run: what came from where, what was found, what was sent."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from rich.console import Console
from rich.text import Text

from falselight.index import Field, Query
from falselight.stages.house import House
from falselight.stages.status import Line, Status, status
from falselight.tables import table
from falselight.taxonomy import load_taxonomy

TOP = 8


@dataclass(slots=True)
class Summary:
    """Numbers of the house after a run; JSON keys are stable."""

    sources: list[dict[str, Any]]
    posts: int
    indexed: int
    relevant: int
    copies: int
    narratives: list[tuple[str, int]]
    lures: list[tuple[str, int]]
    corridors: list[tuple[str, int]]
    languages: list[tuple[str, int]]
    incidents: dict[str, int]
    mails: dict[str, int]
    quarantine: dict[str, int] = field(default_factory=dict)


def summarise(house: House) -> Summary:
    """Read the summary from state and index."""
    now = status(house)
    return Summary(
        sources=[_source(now, source.id) for source in house.catalogue.sources],
        posts=now.posts,
        indexed=now.indexed,
        relevant=house.index.count(Query(filters={"relevant": ["yes"]})),
        copies=_linked(now),
        narratives=_top(house, "narrative"),
        lures=_top(house, "lure"),
        corridors=_top(house, "corridor"),
        languages=_top(house, "language"),
        incidents=now.incidents,
        mails=now.mails,
        quarantine=dict(Counter(item["reason"] for item in now.quarantine).most_common()),
    )


def _source(now: Status, source_id: str) -> dict[str, Any]:
    lines = {line.stage: line for line in now.lines if line.source == source_id}
    line, linked = (lines.get(stage, Line(stage, source_id, 0)) for stage in ("collect", "link"))
    error = next((s["last_error"] for s in now.sources if s["id"] == source_id), None)
    return {
        "source": source_id,
        "fetched": line.seen,
        "new": line.out.get("new", 0),
        "edited": line.out.get("edited", 0),
        "known": sum(line.dropped.values()),
        "duplicate": linked.out.get("exact-copy", 0) + linked.out.get("near-copy", 0),
        "quarantined": dict(line.quarantined),
        "error": error,
    }


def _linked(now: Status) -> int:
    lines = [line for line in now.lines if line.stage == "link"]
    return sum(line.out.get("exact-copy", 0) + line.out.get("near-copy", 0) for line in lines)


def _top(house: House, name: Field) -> list[tuple[str, int]]:
    return house.index.terms(Query(filters={"relevant": ["yes"]} if name != "language" else {}), name, size=TOP)


def show(console: Console, summary: Summary) -> None:
    """Print the summary for a person."""
    rows = [
        [s["source"], s["fetched"], s["new"], s["edited"], s["known"], s["duplicate"], _reasons(s)]
        for s in summary.sources
    ]
    rows.append([Text("all", style="bold"), *(sum(row[i] for row in rows) for i in range(1, 6)), ""])
    console.print()
    console.print(
        table("What came from where", ["source", "fetched", "new", "edited", "known", "duplicate", "quarantined"], rows)
    )
    console.print()
    for title, found in (
        ("lures", summary.lures),
        ("narratives", summary.narratives),
        ("corridors", summary.corridors),
    ):
        console.print(
            f"[bold]Top {title}[/]  " + " · ".join(f"{_title(label)} {count}" for label, count in found), soft_wrap=True
        )
    console.print("[bold]Languages[/]  " + " · ".join(f"{label} {count}" for label, count in summary.languages))
    console.print(
        f"\n{summary.posts} posts, {summary.relevant} relevant, {summary.indexed} in the index · incidents: "
        f"{_counts(summary.incidents)} · mails: {_counts(summary.mails)}"
    )


def _reasons(source: dict[str, Any]) -> Text:
    text = Text(_counts(source["quarantined"]) if source["quarantined"] else "")
    return text.append(f" {source['error']}", style="yellow") if source["error"] else text


def _counts(counts: dict[str, int]) -> str:
    return ", ".join(f"{name} {count}" for name, count in counts.items()) or "none"


def _title(label: str) -> str:
    try:
        return load_taxonomy().label(label).title
    except KeyError:
        return label
