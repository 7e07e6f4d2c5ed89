"""Reads the files of rules and digests; a bad one is reported and costs nobody else."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any, TypeVar

import yaml
from pydantic import ValidationError

from falselight.alerts.rules import Digest, Rule

E = TypeVar("E", Rule, Digest)


@dataclass(frozen=True, slots=True)
class BadFile:
    """A file that cannot be used: which, and what is to be written instead."""

    file: str
    problem: str

    def __str__(self) -> str:
        return f"falselight/alerts/{self.file}: {self.problem}"


@dataclass(frozen=True, slots=True)
class RuleBook:
    """All that is watched: living and retired rules and digests, and the files that could not be read."""

    rules: tuple[Rule, ...]
    digests: tuple[Digest, ...]
    bad: tuple[BadFile, ...] = ()

    @property
    def living(self) -> tuple[Rule, ...]:
        """Rules that are not retired."""
        return tuple(rule for rule in self.rules if rule.retired is None)

    def rule(self, rule_id: str) -> Rule | None:
        """A rule by its id, retired ones too; None where no readable file has it."""
        return next((rule for rule in self.rules if rule.id == rule_id), None)


def load_book(folder: Traversable | None = None) -> RuleBook:
    """The rules and digests of this distribution, or of another folder with `rules/` and `digests/`."""
    folder = folder or files("falselight.alerts")
    bad: list[BadFile] = []
    rules = tuple(_read_folder(folder, "rules", Rule, bad))
    digests = tuple(_read_folder(folder, "digests", Digest, bad))
    return RuleBook(rules=rules, digests=digests, bad=tuple(bad))


def _read_folder(folder: Traversable, name: str, model: type[E], bad: list[BadFile]) -> Iterable[E]:
    inside = folder.joinpath(name)
    entries = sorted(inside.iterdir(), key=lambda entry: entry.name) if inside.is_dir() else []
    for entry in entries:
        if entry.name.endswith((".yml", ".yaml")):
            try:
                yield _read(entry, model)
            except (_UnusableError, OSError, UnicodeDecodeError) as error:
                bad.append(BadFile(f"{name}/{entry.name}", str(error)))


class _UnusableError(ValueError):
    """What is wrong with one file."""


def _read(entry: Traversable, model: type[E]) -> E:
    try:
        data = yaml.load(entry.read_text(encoding="utf-8"), Loader=_StrictLoader)  # noqa: S506  # a SafeLoader, stricter
    except yaml.YAMLError as error:
        raise _UnusableError(f"is not readable YAML: {' '.join(str(error).split())}") from error
    try:
        found = model.model_validate(data)
    except ValidationError as error:
        raise _UnusableError(_problem(error)) from error
    if entry.name != f"{found.id}.yml":
        raise _UnusableError(f"field 'id': is {found.id!r}, so the file must be named {found.id}.yml")
    return found


def _problem(error: ValidationError) -> str:
    first = error.errors()[0]
    field = ".".join(str(part) for part in first["loc"])
    more = f" (and {error.error_count() - 1} more)" if error.error_count() > 1 else ""
    where = f"field {field!r}: " if field else ""
    return f"{where}{first['msg']}, got {first['input']!r:.80}{more}"


class _StrictLoader(yaml.SafeLoader):
    """A key that stands twice is an error: YAML would silently keep the second one."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        keys = [self.construct_object(key, deep=True) for key, _ in node.value]
        for (key_node, _), key in zip(node.value, keys, strict=True):
            if keys.count(key) > 1:
                raise yaml.constructor.ConstructorError(None, None, f"key {key!r} stands twice", key_node.start_mark)
        return super().construct_mapping(node, deep)
