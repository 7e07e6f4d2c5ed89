"""The lock file of the encoders: which model exactly, from where, under which licence."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from importlib.resources import files
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, TypeAdapter


class Locked(BaseModel):
    """One entry of nlp/models.lock.

    `kind`: `use` (installed package), `onnx` (model directory) or `taught` (our transformer: labels, no vectors). `sha256`: of the archive at `source`.
    `languages`: ISO codes the encoder has learned. `size_bytes`: of that archive.
    `package`, `version`: what must be installed for kind `use`. `path`: model directory, absolute or relative to nlp/.
    `files`: sha256 of the files in it, by relative path.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: Literal["use", "onnx", "taught"]
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
    files: dict[str, str] = {}

    @property
    def folder(self) -> Path | None:
        """The model directory; None for an installed package."""
        return None if self.path is None else Path(str(files("nlp"))) / self.path


_LOCK = TypeAdapter(dict[str, Locked])


def read_lock(text: str | None = None) -> Mapping[str, Locked]:
    """Entries by name, from nlp/models.lock or from `text`; pydantic's ValidationError names a wrong field."""
    if text is None:
        text = (files("nlp") / "models.lock").read_text(encoding="utf-8")
    return _LOCK.validate_python(tomllib.loads(text))
