"""falselight models: list, pull, build, check."""

from __future__ import annotations

import tomllib
from importlib.resources import files
from importlib.util import find_spec
from pathlib import Path
from typing import Annotated

import typer

from falselight.cli.output import AsJson, console, print_json
from falselight.errors import Missing
from falselight.settings import get_settings

app = typer.Typer(no_args_is_help=True, help="Encoders and heads that tag.")


@app.command("list")
def list_models(as_json: AsJson = False) -> None:
    """The encoders named in nlp/models.lock."""
    models = tomllib.loads((files("nlp") / "models.lock").read_text("utf-8"))
    if as_json:
        print_json(models)
        return
    for name, model in models.items():
        console.print(f"[bold]{name}[/]")
        for key, value in model.items():
            console.print(f"  {key}: {', '.join(value) if isinstance(value, list) else value}", soft_wrap=True)


@app.command()
def pull(
    name: Annotated[str, typer.Argument(metavar="NAME_OR_REPO", help="Entry of nlp/models.lock, or owner/name.")],
    revision: Annotated[str | None, typer.Option(help="Branch, tag or commit; the main branch if left out.")] = None,
    to: Annotated[Path | None, typer.Option(file_okay=False, help="Folder; HOME/models/NAME if left out.")] = None,
    as_json: AsJson = False,
) -> None:
    """Download an encoder from Hugging Face, or the hub that HF_ENDPOINT names: tokenizer, config and ONNX graph."""
    from nlp.encoders.pull import pull as pull_model

    pulled = pull_model(name, get_settings().path("models"), revision=revision, to=to)
    if as_json:
        print_json({"path": str(pulled.folder), "repository": pulled.repository, "revision": pulled.revision,
                    "graph": pulled.graph, "next": pulled.next_step})  # fmt: skip
        return
    console.print(f"{pulled.repository} at {pulled.revision} is in {pulled.folder}", soft_wrap=True, markup=False)
    if pulled.graph is None:
        console.print("It has weights only; this command exports them to ONNX:", soft_wrap=True)
    else:
        console.print(
            f"Heads on its vectors: python -m nlp.training.train --encoder {pulled.folder}; then use it:",
            soft_wrap=True,
            markup=False,
        )
    console.print(f"  {pulled.next_step}", soft_wrap=True, markup=False)


@app.command()
def build(
    folder: Annotated[Path, typer.Argument(file_okay=False, help="Where tokenizer, config and graph go.")],
    source: Annotated[Path | None, typer.Option(help="Keeps the source model (664 MB) for the next time.")] = None,
    export_only: Annotated[bool, typer.Option("--export-only", help="Export FOLDER's checkpoint again.")] = False,
) -> None:
    """Build our transformer from multilingual BERT and the corpus: an hour or more on two cores, with the extra `train`."""
    if find_spec("torch") is None:
        raise Missing("torch is not installed: uv sync --frozen --extra train, then this command again")
    from nlp.training.transformer.__main__ import SOURCE, make

    graph = make(folder, source=source or SOURCE, export_only=export_only)
    console.print(f"{graph}: {graph.stat().st_size / 1e6:.1f} MB", soft_wrap=True, markup=False)


@app.command()
def check(as_json: AsJson = False) -> None:
    """Compare every entry of nlp/models.lock with what is here: version or sha256; exit 3 where one differs."""
    from nlp.encoders.check import check_models

    found = check_models()
    if as_json:
        print_json(found)
    else:
        for name, differences in found.items():
            console.print(f"{name}: ok" if not differences else f"{name}:", markup=False)
            for difference in differences:
                console.print(f"  {difference}", soft_wrap=True, markup=False)
    raise typer.Exit(3 if any(found.values()) else 0)
