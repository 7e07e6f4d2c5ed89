"""Files that are there whole or not at all."""

from __future__ import annotations

import os
import secrets
from datetime import datetime
from typing import Any, ClassVar

import fsspec

from falselight.window import utc


class BatchFiles:
    """Files of batches by name (`northgate-wire/000001`) below any fsspec URL; names are relative, `/` between parts."""

    suffix: ClassVar[str] = ""

    def __init__(self, url: str) -> None:
        self.fs, self.root = fsspec.core.url_to_fs(url)

    def names(self, prefix: str = "") -> list[str]:
        """Names of all batches that start with `prefix`, sorted."""
        found = [path for path in self.fs.find(self.root) if path.endswith(self.suffix)]
        names = [path[len(self.root) :].lstrip("/").removesuffix(self.suffix) for path in found]
        return sorted(name for name in names if name.startswith(prefix))

    def modified_at(self, name: str) -> datetime:
        """When the file of a batch was last written; aware, UTC."""
        return utc(self.fs.modified(self.path(name)))

    def delete(self, name: str) -> None:
        """Remove a batch (retention, erasure); nothing happens where it is not there."""
        if self.fs.exists(self.path(name)):
            self.fs.rm_file(self.path(name))

    def path(self, name: str) -> str:
        """Where the file of a batch lies."""
        return f"{self.root}/{name}{self.suffix}"


def write_whole(fs: Any, path: str, data: bytes) -> None:
    """Write a file so that a reader sees the old one, the new one or none, whenever the writer is killed.

    On a local disk: written aside, flushed to the disk, renamed. Object stores put whole objects already.
    """
    fs.makedirs(path.rsplit("/", 1)[0], exist_ok=True)
    if "file" not in (fs.protocol if isinstance(fs.protocol, tuple) else (fs.protocol,)):
        fs.pipe_file(path, data)
        return
    aside = f"{path}.{secrets.token_hex(4)}.part"
    with open(aside, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    os.replace(aside, path)
