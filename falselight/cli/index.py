"""falselight index: rebuild, verify, search."""

from __future__ import annotations

from typing import Annotated

import typer

from falselight.cli.output import AsJson, console, print_json, print_line, table
from falselight.index import BadQuery, Query
from falselight.post import post_to_dict
from falselight.settings import get_settings
from falselight.stages.house import open_house

app = typer.Typer(no_args_is_help=True, help="The index: what people search and alerts count.")


@app.command()
def rebuild() -> None:
    """Put every post into the index again from landing and state; readers are served meanwhile."""
    from falselight.stages.index import rebuild as rebuild_index

    with open_house(get_settings()) as house:
        console.print(f"{rebuild_index(house):,} posts put into the index")


@app.command()
def verify(as_json: AsJson = False) -> None:
    """Compare state and index post by post and name what differs; exit 4 when anything does."""
    from falselight.stages.index import verify as verify_index

    with open_house(get_settings()) as house:
        found = verify_index(house)
    if as_json:
        print_json(found)
    else:
        console.print(
            table("Index against state", ["what", "posts"], [[what, len(ids)] for what, ids in found.items()])
        )
        for what, ids in found.items():
            for post_id in ids[:20]:
                console.print(f"{what}: {post_id}")
    raise typer.Exit(4 if any(found.values()) else 0)


@app.command()
def search(
    text: str,
    size: Annotated[int, typer.Option(min=1, max=1000)] = 20,
    as_json: AsJson = False,
) -> None:
    """Posts with these words, newest first; `"a phrase"` and `-excluded` words as on the page."""
    with open_house(get_settings()) as house:
        try:
            results = house.index.search(Query(text=text), size=size)
        except BadQuery as error:
            raise typer.BadParameter(str(error)) from error
    if as_json:
        for hit in results.hits:
            print_line(post_to_dict(hit.document.post))
        return
    rows = [
        [
            f"{hit.document.post.published_at:%Y-%m-%d %H:%M}",
            hit.document.post.source,
            hit.document.post.full_text[:120].replace("\n", " "),
        ]
        for hit in results.hits
    ]
    console.print(table(f"{results.total:,} posts", ["published", "source", "text"], rows))
