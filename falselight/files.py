"""Files that are there whole or not at all."""

from __future__ import annotations

import os
import secrets
from typing import Any


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
