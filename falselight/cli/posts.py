"""Commands over files: parse, tag, evaluate, link."""

from __future__ import annotations

import csv
import json
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from connectors.catalogue import ExpectedPerDay, Source
from connectors.contract import connector
from falselight.cli.output import AsJson, console, print_json, print_line
from falselight.errors import Halt, Quarantine
from falselight.post import Draft, RawItem, post_to_dict
from falselight.settings import get_settings

InputFile = Annotated[Path, typer.Argument(exists=True, dir_okay=False, readable=True)]
Encoder = Annotated[str | None, typer.Option(help="Name in nlp/models.lock or a model folder; default from settings.")]
LinkApp = typer.Typer(no_args_is_help=True, help="Which posts of a file belong together.")


def register(app: typer.Typer) -> None:
    """Add these commands to the app."""
    app.command()(parse)
    app.command()(tag)
    app.command()(evaluate)
    LinkApp.command("duplicates")(duplicates)
    LinkApp.callback()(lambda: None)
    app.add_typer(LinkApp, name="link")


def parse(
    platform: str,
    file: InputFile,
    url: Annotated[str, typer.Option(help="Address from which the payload was fetched.")] = "http://example.org/",
) -> None:
    """Raw payload → posts as JSON Lines on stdout, masked; refused items with their reason on stderr."""
    from falselight.stages.protect import protect
    from nlp.masking import Masker

    source, raw = _adhoc(platform, file, url)
    masker, hasher, refused = Masker(), get_settings().hasher(), 0
    for item in _connector(platform).parse((raw,), source):
        try:
            if not isinstance(item, Draft):
                raise Quarantine(item.reason, f"{item.where}: {item.detail}")
            post = protect(
                item, source=source.id, raw=file.name, collected_at=raw.fetched_at, masker=masker, hasher=hasher
            )
            print_line(post_to_dict(post))
        except Quarantine as error:
            refused += 1
            print(f"{file}: {error.reason}: {masker.mask(error.detail).text}", file=sys.stderr)
    raise typer.Exit(4 if refused else 0)


def tag(file: InputFile, encoder: Encoder = None) -> None:
    """Rows {id, text} → labels, routes and reasons as JSON Lines, in order; bad rows are named on stderr."""
    from nlp.contract import Failed, Text
    from nlp.tagger import build_tagger, tagged_to_row

    refused: list[str] = []
    texts = (Text(id=name, text=text, language_hint=hint) for name, text, hint in _texts(file, refused))
    for result in build_tagger(encoder or get_settings().encoder).tag(texts):
        if isinstance(result, Failed):
            refused.append(result.id)
            print(f"{file}: {result.id}: {result.reason}: {result.detail}", file=sys.stderr)
        else:
            print_line(tagged_to_row(result))
    raise typer.Exit(4 if refused else 0)


def evaluate(
    file: Annotated[Path | None, typer.Argument(exists=True, dir_okay=False, readable=True)] = None,
    encoder: Encoder = None,
    compare: Annotated[bool, typer.Option("--compare", help="Set several taggers side by side.")] = False,
    taggers: Annotated[
        str, typer.Option(help="With --compare: which, by comma; differences are to the first.")
    ] = "transformer,use,lexicon",
    innocent: Annotated[
        bool, typer.Option("--innocent", help="False alarms on the frozen help, legal and travel texts; takes no FILE.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Figures of the tagger on labelled rows: per label, language and platform, with 95 % intervals."""
    from nlp import evaluation
    from nlp.tagger import build_tagger

    if compare and encoder:
        raise typer.BadParameter("--compare takes its taggers from --taggers, not from --encoder")
    if (file is None) != innocent or (compare and innocent):
        raise typer.BadParameter("give a FILE of labelled rows (with --compare or without), or --innocent alone")
    report: dict[str, Any]
    if file is not None and compare:
        names = [name.strip() for name in taggers.split(",") if name.strip()]
        report = {"file": str(file), **evaluation.compare(evaluation.rows_of(file), names, build_tagger)}
        render = evaluation.render_comparison
    elif file is not None:
        report = evaluation.evaluate_file(file, build_tagger(encoder or get_settings().encoder))
        render = evaluation.render
    else:
        report = evaluation.false_alarms(build_tagger(encoder or get_settings().encoder))
        render = evaluation.render_innocent
    print_json(report) if as_json else console.print(render(report))


def duplicates(file: InputFile) -> None:
    """Exact and near copies among rows {id, text}: a, b, kind, score, why as CSV."""
    from falselight.linking.duplicates import pairs_of_texts
    from nlp.normalise import fold

    refused: list[str] = []
    texts = [(name, fold(text).text) for name, text, _ in _texts(file, refused)]
    writer = csv.writer(sys.stdout)
    writer.writerow(["a", "b", "kind", "score", "why"])
    for pair in pairs_of_texts(texts):
        writer.writerow([pair.a, pair.b, pair.kind, pair.score, pair.why])
    raise typer.Exit(4 if refused else 0)


def _rows(file: Path) -> Iterator[tuple[str, Any]]:
    """Rows with the place where they stand; a line that is no JSON comes as None."""
    with file.open(encoding="utf-8", errors="surrogateescape") as lines:
        for number, line in enumerate(lines, 1):
            if line.strip():
                try:
                    yield f"{file}:{number}", json.loads(line)
                except ValueError:
                    yield f"{file}:{number}", None


def _texts(file: Path, refused: list[str]) -> Iterator[tuple[str, str, str | None]]:
    for where, row in _rows(file):
        if isinstance(row, dict) and "id" in row and isinstance(row.get("text"), str):
            yield str(row["id"]), row["text"], row.get("language_hint")
        else:
            refused.append(where)
            print(
                f'{where}: not a JSON object with "id" and "text"; row left out, mend it and run again', file=sys.stderr
            )


def _connector(platform: str) -> Any:
    try:
        return connector(platform)
    except ValueError as error:
        raise typer.BadParameter(str(error)) from error


def _adhoc(platform: str, file: Path, url: str) -> tuple[Source, RawItem]:
    _connector(platform)
    address = str(file) if platform == "importer" else url
    source = Source(
        id="command-line", name=file.name, platform=platform, address=address, kind="outlet", role="social",
        languages=("und",), purpose="situational-awareness", legal_basis="one-off parse of a local file",
        owner="command line", expected_per_day=ExpectedPerDay(min=0, max=1), seen_at="command line",
        review_on=datetime.now(UTC).date(),
    )  # fmt: skip
    fetched = datetime.fromtimestamp(file.stat().st_mtime, UTC)
    payload = file.read_bytes()
    if not payload:
        raise Halt(f"{file} is empty; nothing to parse")
    return source, RawItem(
        source=source.id, native_id=file.name, url=url, payload=payload, content_type="", fetched_at=fetched
    )
