"""docs/settings.md from falselight/settings.py: every setting with its default and meaning."""

from __future__ import annotations

import json
import sys
import types
from typing import Any, Literal, get_args, get_origin

from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined

import pages
from falselight.settings import Settings

HEAD = """\
<!-- Generated from falselight/settings.py by scripts/docs_settings.py; `make docs` writes it again. -->
# Settings

Everything that differs between installations. A setting is an environment variable, or a line of a file `.env` in the
folder where `falselight` is started; the environment wins. Lists and mappings are written as JSON. Rules, labels and
sources are data files, not settings.

| Variable | Kind | Default | Meaning |
|---|---|---|---|
"""
NAMES = {
    "str": "text",
    "int": "number",
    "float": "number",
    "bool": "true or false",
    "Path": "path",
    "datetime": "moment with zone",
}


def render() -> str:
    """The page as Markdown."""
    prefix = str(Settings.model_config.get("env_prefix", ""))
    rows = [_row(f"{prefix}{name}".upper(), field) for name, field in Settings.model_fields.items()]
    return HEAD + "\n".join(rows) + "\n"


def _row(variable: str, field: FieldInfo) -> str:
    kind = ", ".join([_kind(field.annotation), *_bounds(field)])
    return f"| `{variable}` | {pages.cell(kind)} | {_default(field)} | {pages.cell(field.description or '')} |"


def _kind(annotation: Any) -> str:
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin is Literal:
        return " or ".join(f"`{value}`" for value in arguments)
    if origin in (types.UnionType, getattr(types, "UnionType", None)) or str(origin) == "typing.Union":
        return " or ".join(_kind(each) for each in arguments if each is not type(None))
    if origin is tuple:
        return f"list of {_kind(arguments[0])}"
    if origin is dict:
        return f"mapping of {_kind(arguments[0])} to {_kind(arguments[1])}"
    name = getattr(annotation, "__name__", str(annotation))
    return {"SecretStr": "secret text", "AwareDatetime": "moment with zone"}.get(name, NAMES.get(name, name))


def _bounds(field: FieldInfo) -> list[str]:
    signs = {"ge": "at least", "gt": "more than", "le": "at most", "lt": "less than"}
    return [
        f"{word} {value:g}"
        for each in field.metadata
        for sign, word in signs.items()
        if (value := getattr(each, sign, None)) is not None
    ]


def _default(field: FieldInfo) -> str:
    value = field.get_default(call_default_factory=True)
    if value is PydanticUndefined:
        return "(must be set)"
    if value is None or value in ((), {}):
        return "(empty)"
    if isinstance(value, bool):
        return f"`{str(value).lower()}`"
    return f"`{json.dumps(value) if isinstance(value, tuple | dict | list) else value}`"


if __name__ == "__main__":
    sys.exit(pages.main("settings.md", render))
