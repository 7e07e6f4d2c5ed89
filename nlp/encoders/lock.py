"""The lock file of the encoders: which model exactly, from where, under which licence."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from importlib.resources import files
from typing import Literal

from pydantic import BaseModel, ConfigDict, TypeAdapter


class Locked(BaseModel):
    """One entry of nlp/models.lock.

    `kind`: `use` (installed package) or `onnx` (model directory). `sha256`: of the archive at `source`.
    `languages`: ISO codes the encoder has learned. `size_bytes`: of that archive.
    `package`, `version`: what must be installed for kind `use`. `path`: model directory for kind `onnx`.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: Literal["use", "onnx"]
    title: str
    source: str
    version: str
    sha256: str
    licence: str
    languages: frozenset[str]
    dims: int
    size_bytes: int
    package: str | None = None
    path: str | None = None


_LOCK = TypeAdapter(dict[str, Locked])


def read_lock(text: str | None = None) -> Mapping[str, Locked]:
    """Entries by name, from nlp/models.lock or from `text`; pydantic's ValidationError names a wrong field."""
    if text is None:
        text = (files("nlp") / "models.lock").read_text(encoding="utf-8")
    return _LOCK.validate_python(tomllib.loads(text))
