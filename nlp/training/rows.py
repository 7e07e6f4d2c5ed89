"""Labelled rows: reading them with file and line in every complaint.

The same reader serves our corpus and any file that somebody gives to `falselight evaluate`.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from falselight.errors import Halt, Quarantine
from falselight.tags import Route

STANCES = ("promotes", "reports", "counters", "asks")


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One labelled text. `group`: what breakdowns are made by besides language (register, platform or kind of source).

    `where`: file and line, for complaints. Labels are ids of the taxonomy; routes keep what the labeller named.
    """

    id: str
    text: str
    lang: str
    relevant: bool
    stance: str
    narratives: frozenset[str] = frozenset()
    lures: frozenset[str] = frozenset()
    corridors: frozenset[str] = frozenset()
    routes: tuple[Route, ...] = ()
    group: str = ""
    where: str = ""


def read_rows(path: Path) -> Iterator[Row]:
    """Every row of a JSON Lines file. Halt where the file cannot be read, Quarantine for the first bad line."""
    try:
        lines = path.read_text(encoding="utf-8").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise Halt(f"{path}: cannot be read as UTF-8 text ({error}); give a file of JSON Lines") from error
    for number, line in enumerate(lines, 1):
        if line.strip():
            yield _row(line, f"{path}:{number}")


def _row(line: str, where: str) -> Row:
    try:
        data = json.loads(line)
    except ValueError as error:
        raise Quarantine("not-json", f"{where}: {error}; every line must be one JSON object") from error
    if not isinstance(data, dict):
        raise Quarantine("not-a-row", f"{where}: a JSON object is wanted, not {type(data).__name__}")
    try:
        return _from_mapping(data, where)
    except (KeyError, TypeError, ValueError) as error:
        raise Quarantine("bad-row", f"{where}: {error!r}; see the labelling rules for the fields") from error


def _from_mapping(data: Mapping[str, Any], where: str) -> Row:
    if data["stance"] not in STANCES or not isinstance(data["relevant"], bool) or not isinstance(data["text"], str):
        raise ValueError("stance, relevant and text must be one of the four stances, a boolean and a string")
    return Row(
        id=str(data["id"]),
        text=data["text"],
        lang=str(data.get("lang", "und")),
        relevant=data["relevant"],
        stance=data["stance"],
        narratives=_labels(data, "narratives"),
        lures=_labels(data, "lures"),
        corridors=_labels(data, "corridor"),
        routes=tuple(map(_route, data.get("routes", []))),
        # A style reads `facebook-ad dialect-iraqi emoji`: the platform comes first.
        group=str(data.get("register") or data.get("style") or data.get("source_kind") or "").partition(" ")[0],
        where=where,
    )


def _labels(data: Mapping[str, Any], field: str) -> frozenset[str]:
    value = data.get(field) or []
    if not isinstance(value, list) or not all(isinstance(label, str) for label in value):
        raise TypeError(f"{field} must be a list of labels")
    return frozenset(value)


def _route(data: Mapping[str, Any]) -> Route:
    return Route(
        origin=data.get("origin"),
        transit=tuple(data.get("transit") or ()),
        destination=data.get("destination"),
        cities=tuple(data.get("cities") or ()),
    )
