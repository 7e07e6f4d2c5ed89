"""The catalogue of sources: `sources/*.yml`, the only place where a source is written down."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from pathlib import Path
from typing import Annotated, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from falselight.errors import Halt
from falselight.post import AuthorKind

Slug = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=60)]
Role = Literal[
    "state-media", "independent-media", "official", "migrant-information", "fact-checker", "lure-channel", "social"
]
Purpose = Literal[
    "narratives-of-instrumentalisation", "false-entry-promises", "verified-information", "situational-awareness"
]


class _Entry(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class ExpectedPerDay(_Entry):
    """Volume bounds: fewer than `min` posts a day is a fault, more than `max` a warning."""

    min: int = Field(ge=0)
    max: int = Field(ge=1)


class Source(_Entry):
    """One public source, with the reason why it may be watched.

    `address`: feed URL, channel handle or path of a file, as the platform's card says.
    `verified_on`: day on which `falselight sources check` last fetched and parsed it; None means never.
    `seen_at`: public document in which this address was seen, so that nobody watches a guessed handle.
    """

    id: Slug
    name: str
    platform: str
    address: str
    kind: AuthorKind
    role: Role
    languages: tuple[str, ...] = Field(min_length=1)
    country: str | None = Field(default=None, pattern=r"^[A-Z]{2}$")
    purpose: Purpose
    legal_basis: str
    owner: str
    expected_per_day: ExpectedPerDay
    poll_minutes: int = Field(default=30, ge=1, le=1440)
    article_text: bool = False
    seen_at: str
    verified_on: date | None = None
    review_on: date
    group: Slug = "ungrouped"
    note: str = ""


class Catalogue(_Entry):
    """All sources of one or more files.

    `clock`: fixed 'now' of a replay (aware), None for live feeds. `bundled`: the sample, which needs its local web.
    """

    sources: tuple[Source, ...]
    clock: datetime | None = None
    bundled: bool = False

    def get(self, source_id: str) -> Source:
        """The source of that id; Halt when the catalogue has none."""
        for source in self.sources:
            if source.id == source_id:
                return source
        raise Halt(f"no source {source_id!r} in the catalogue; see `falselight sources list`")

    def groups(self) -> dict[str, tuple[Source, ...]]:
        """Sources by group, in the order of the files."""
        found: dict[str, list[Source]] = {}
        for source in self.sources:
            found.setdefault(source.group, []).append(source)
        return {name: tuple(members) for name, members in found.items()}


class _File(_Entry):
    group: Slug
    sources: tuple[Source, ...]
    clock: datetime | None = None
    bundled: bool = False


def load_catalogue(paths: Iterable[Path]) -> Catalogue:
    """Catalogue from files or folders of .yml files.

    Raises Halt naming the file, the entry and the field for anything that does not fit.
    """
    files = [_load_file(path) for path in _yml_files(paths)]
    sources = tuple(source for file in files for source in file.sources)
    _refuse_twice(sources)
    clocks = [f.clock for f in files if f.clock]
    return Catalogue(sources=sources, clock=clocks[0] if clocks else None, bundled=any(f.bundled for f in files))


def _yml_files(paths: Iterable[Path]) -> list[Path]:
    found: list[Path] = []
    for path in paths:
        if not path.exists():
            raise Halt(f"{path}: no such catalogue file or folder; name one with --sources")
        found += sorted(path.glob("*.yml")) if path.is_dir() else [path]
    return found


def _load_file(path: Path) -> _File:
    try:
        file = _File.model_validate(yaml.safe_load(path.read_text("utf-8")))
    except yaml.YAMLError as error:
        raise Halt(f"{path}: not YAML: {error}") from error
    except ValidationError as error:
        first = error.errors()[0]
        where = " → ".join(str(part) for part in first["loc"])
        raise Halt(f"{path}: {where}: {first['msg']} (and {error.error_count() - 1} more)") from error
    return file.model_copy(update={"sources": tuple(_placed(source, file.group, path) for source in file.sources)})


def _placed(source: Source, group: str, path: Path) -> Source:
    # An export file is named relative to the catalogue that lists it, so that both can be moved together.
    is_file = source.platform == "importer" and "://" not in source.address
    address = str((path.parent / source.address).resolve()) if is_file else source.address
    return source.model_copy(update={"group": group, "address": address})


def _refuse_twice(sources: tuple[Source, ...]) -> None:
    seen: set[str] = set()
    for source in sources:
        if source.id in seen:
            raise Halt(f"source id {source.id!r} stands twice in the catalogue; ids are for ever, give one a new id")
        seen.add(source.id)
