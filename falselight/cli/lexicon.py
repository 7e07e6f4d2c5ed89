"""falselight lexicon: suggest."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from datetime import date, timedelta
from itertools import groupby
from typing import TYPE_CHECKING, Annotated

import typer

from falselight.cli.output import AsJson, console, print_json, table
from falselight.settings import get_settings
from falselight.stages.house import open_house

if TYPE_CHECKING:
    from nlp.lexicon.suggest import Suggestion

app = typer.Typer(no_args_is_help=True, help="The lexicons of lures and narratives.")
app.callback()(lambda: None)

# Slang wears out faster than a year; the lexicons' own entries carry the same term.
REVIEW_AFTER_DAYS = 180


@app.command()
def suggest(
    days: Annotated[int, typer.Option(min=1, max=3650, help="Length of the window, up to now.")] = 30,
    language: Annotated[str | None, typer.Option(help="Only posts in this language, ISO code as in the tags.")] = None,
    top: Annotated[int, typer.Option(min=1, max=1000, help="At most so many per lure and language.")] = 10,
    as_yaml: Annotated[
        bool, typer.Option("--yaml", help="Print entries to be pasted into nlp/lexicon/lures/.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Words and phrases that have grown beside known lures, for a person to accept; changes no lexicon."""
    from falselight.stages.suggest import suggest_phrases

    with open_house(get_settings()) as house:
        today = house.settings.now().date()
        rows = suggest_phrases(house, days=days, language=language, top=top)
    if as_json:
        print_json([asdict(row) for row in rows])
    elif as_yaml:
        typer.echo("\n".join(yaml_entries(rows, today)))
    else:
        _print_table(rows, days)


def _print_table(rows: Sequence[Suggestion], days: int) -> None:
    columns = ["lure", "language", "phrase", "z", "posts", "before", "others", "sources", "register"]
    title = f"Grown beside known lures in the last {days} days (`--yaml` prints entries for nlp/lexicon/lures/)"
    console.print(table(title, columns, [[getattr(row, column) for column in columns] for row in rows]))
    if not rows:
        console.print("nothing: no phrase stands out in three posts of two sources; try more --days")


def yaml_entries(rows: Sequence[Suggestion], today: date) -> Iterator[str]:
    """One YAML document per lure, in the form of the lexicons; `sense` is for the person who accepts."""
    by_lure = sorted(rows, key=lambda row: (row.lure, row.language, -row.z))
    for lure, of_lure in groupby(by_lure, key=lambda row: row.lure):
        yield from ("---", "kind: lure", f"label: {lure}", "phrases:")
        for language, of_language in groupby(of_lure, key=lambda row: row.language):
            yield f'  "{language}":'
            for row in of_language:
                yield f"    - {_entry(row, today)}  # z {row.z}, {row.posts} posts, {row.before} before, {row.others} others"


def _entry(row: Suggestion, today: date) -> str:
    phrase = row.phrase.replace("\\", "").replace('"', "'")
    review = today + timedelta(days=REVIEW_AFTER_DAYS)
    return (
        f'{{phrase: "{phrase}", sense: "", register: {row.register}, source: "suggested {today}", '
        f"added: {today}, review_by: {review}}}"
    )
