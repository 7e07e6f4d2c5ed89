"""Reads the data files strictly: unknown fields, double keys, double ids and dangling references stop the program."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any, TypeVar

import yaml
from pydantic import ValidationError

from falselight.taxonomy import models
from falselight.taxonomy.checks import check_references
from falselight.taxonomy.errors import TaxonomyError
from falselight.taxonomy.indicators import Family
from falselight.taxonomy.lookup import Taxonomy

E = TypeVar("E", bound=models.Entry)


@cache
def load_taxonomy() -> Taxonomy:
    """The taxonomy of this distribution, read once per process. Raises TaxonomyError if a data file is wrong."""
    return read_taxonomy(files("falselight.taxonomy"))


def read_taxonomy(folder: Traversable) -> Taxonomy:
    """The taxonomy in `folder`, not cached. Raises TaxonomyError naming file, label and field."""
    taxonomy = Taxonomy(
        stances=_read(folder, "stances.yml", models.Stance),
        narratives=_read(folder, "narratives.yml", models.Narrative),
        lures=_read(folder, "lures.yml", models.Lure),
        corridors=_read(folder, "corridors.yml", models.Corridor),
        actors=_read(folder, "actors.yml", models.Actor),
        contacts=_read(folder, "contacts.yml", models.Contact),
        attributes=_read(folder, "attributes.yml", models.Attribute),
        families=_read(folder, "early_warning.yml", Family),
        techniques=_read(folder, "techniques.yml", models.Technique),
        documents=_read(folder, "documents.yml", models.Document),
        facts=_read(folder, "facts.yml", models.Fact),
        redirects=_read(folder, "redirects.yml", models.Redirect),
    )
    check_references(taxonomy)
    return taxonomy


def _read(folder: Traversable, file: str, model: type[E]) -> tuple[E, ...]:
    """The entries of one file, in its order."""
    entries = _parse(folder, file)
    if not isinstance(entries, list):
        raise TaxonomyError("must be a list of entries, each starting with `- id:`", file=file)
    return tuple(_entry(entry, file, model) for entry in entries)


def _parse(folder: Traversable, file: str) -> object:
    try:
        text = folder.joinpath(file).read_text(encoding="utf-8")
    except FileNotFoundError:
        raise TaxonomyError("file is missing: reinstall, or restore it from version control", file=file) from None
    try:
        return yaml.load(text, Loader=_StrictLoader)  # noqa: S506 - a SafeLoader that refuses double keys
    except yaml.YAMLError as error:
        raise TaxonomyError(f"is not readable YAML: {error}", file=file) from error


def _entry(entry: object, file: str, model: type[E]) -> E:
    try:
        return model.model_validate(entry)
    except ValidationError as error:
        first = error.errors()[0]
        more = f" (and {error.error_count() - 1} more)" if error.error_count() > 1 else ""
        field = ".".join(str(part) for part in first["loc"]) or None
        problem = f"{first['msg']}, got {first['input']!r:.80}{more}"
        raise TaxonomyError(problem, file=file, label=_nearest_id(entry, first["loc"]), field=field) from None


def _nearest_id(entry: object, loc: tuple[int | str, ...]) -> str:
    """The id of the innermost entry on the way to the fault, so that a sub-indicator is named and not its family."""
    found, here = "(no id)", entry
    for part in (None, *loc):
        here = here if part is None else _step(here, part)
        if isinstance(here, dict):
            found = str(here.get("id", here.get("from", found)))
    return found


def _step(value: object, part: int | str) -> object:
    if isinstance(value, dict):
        return value.get(part)
    if isinstance(value, list) and isinstance(part, int) and part < len(value):
        return value[part]
    return None


class _StrictLoader(yaml.SafeLoader):
    """SafeLoader that refuses a key given twice; PyYAML would keep the last one silently."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        keys = [key.value for key, _ in node.value]
        for key in keys:
            if keys.count(key) > 1:
                raise yaml.constructor.ConstructorError(None, None, f"key {key!r} stands twice", node.start_mark)
        return super().construct_mapping(node, deep=deep)
