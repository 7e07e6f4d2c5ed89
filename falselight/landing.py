"""Landing: posts and tags per batch as JSON Lines, zstd, on any fsspec URL; the source of truth for content.

A batch file is written whole or not at all and never changed; a run that was killed writes the same name again.
"""

from __future__ import annotations

import io
import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import zstandard

from falselight.errors import Halt
from falselight.files import BatchFiles, write_whole

SUFFIX = ".jsonl.zst"
ZSTD_LEVEL = 9  # smallest level past which the sample shrinks by less than 2 % per further level


class Landing(BatchFiles):
    """Batches of rows by name (`posts/northgate-wire/000001`). Names are relative, with `/` between parts."""

    suffix = SUFFIX

    def write(self, name: str, rows: Iterable[Mapping[str, Any]]) -> str:
        """Write a batch and return its name; an older file of that name (of a killed run) is replaced at once."""
        text = "".join(json.dumps(row, ensure_ascii=False, sort_keys=True) + "\n" for row in rows)
        packed = zstandard.ZstdCompressor(level=ZSTD_LEVEL).compress(text.encode("utf-8"))
        write_whole(self.fs, self.path(name), packed)
        return name

    def read(self, name: str) -> Iterator[dict[str, Any]]:
        """The rows of a batch in order. Raises Halt naming the file where it is missing or damaged."""
        path = self.path(name)
        try:
            packed = self.fs.cat_file(path)
            with zstandard.ZstdDecompressor().stream_reader(io.BytesIO(packed)) as stream:
                lines = io.TextIOWrapper(stream, encoding="utf-8", newline="\n")
                for line in lines:
                    yield json.loads(line)
        except (FileNotFoundError, zstandard.ZstdError, ValueError) as error:
            raise Halt(f"landing batch {path} cannot be read ({error}); restore it from the backup") from error
