"""Import of JSON Lines and CSV files (see importer.yml).

A page is a piece of the file: for CSV the header line and some hundred rows, so that each page can be parsed by itself.
Its native id is `<file name>:<line of the first row>`. The cursor is the file's SHA-256 and the number of rows done:
a killed run goes on there, a changed file is read from its start.
"""

from __future__ import annotations

import io
import logging
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

from connectors.cards import card
from connectors.catalogue import Source
from connectors.contract import Cursor, Page
from connectors.http import HttpClient, Response
from connectors.importer_files import (
    UTF8_MARK,
    UTF16_MARKS,
    Piece,
    Record,
    digest,
    iter_records,
    lines_of,
    pieces,
    unpacked,
)
from connectors.importer_rows import REQUIRED, csv_row, field_of, json_row, row_draft
from falselight.errors import Halt, Quarantine
from falselight.post import Draft, RawItem, Refused

log = logging.getLogger(__name__)
SHOWN_BYTES = 65_536  # of a file that is refused as a whole


@dataclass(frozen=True, slots=True)
class _Opened:
    name: str
    url: str
    file: BinaryIO
    response: Response | None = None

    def raw(self, source: Source, piece: Piece) -> RawItem:
        return RawItem(
            source=source.id,
            native_id=f"{self.name}:{piece.first_line}",
            url=self.url,
            payload=piece.payload,
            content_type="text/csv" if piece.payload[:1] not in (b"{", b"[") else "application/x-ndjson",
            fetched_at=self.response.fetched_at if self.response else datetime.now(UTC),
        )


class ImporterConnector:
    """Platform `importer`."""

    platform = "importer"

    def __init__(self) -> None:
        self._warned: set[tuple[str, str]] = set()

    def fetch(self, source: Source, cursor: Cursor, http: HttpClient) -> Iterator[Page]:
        """Pieces of the file that were not read yet; none when it did not change."""
        with _opened(source, cursor, http) as opened:
            if opened is None:
                return
            sha256 = digest(opened.file)
            same = cursor.get("sha256") == sha256
            if same and cursor.get("done"):
                return
            rows = int(cursor.get("rows", 0)) if same else 0
            for piece in _pieces(opened, skip=rows):
                rows += piece.rows
                after = {"sha256": sha256, "rows": rows, "done": piece.last} | _validators(opened, piece.last)
                yield Page(raws=(opened.raw(source, piece),), cursor=after)

    def parse(self, raws: Sequence[RawItem], source: Source) -> Iterator[Draft | Refused]:
        """Every row of one page; warns once per source and column of columns that the card does not know."""
        raw = raws[0]
        name, first_line = _place(raw.native_id)
        payload = unpacked(io.BytesIO(raw.payload)).read().removeprefix(UTF8_MARK)
        if problem := _whole_problem(payload):
            yield Refused(native_id=name, reason=problem.reason, detail=problem.detail, where=name)
            return
        records = iter_records(lines_of(payload))
        header = _header(next(records)) if payload[:1] not in (b"{", b"[") else None
        offset = None
        for record in records:
            if offset is None:  # the piece's rows may stand anywhere in the file
                offset = first_line - record.line if first_line else 0
            if not record.blank:
                yield self._row(record, header, raw, source, f"{name}:{record.line + offset}")

    def _row(
        self, record: Record, header: tuple[str, ...] | None, raw: RawItem, source: Source, where: str
    ) -> Draft | Refused:
        native_id = where
        try:
            row = json_row(record) if header is None else csv_row(record, header)
            native_id = row.values.get("id", where)
            self._warn(source, row.unknown)
            return row_draft(row, raw=raw, source=source, line=_place(where)[1])
        except Quarantine as error:
            return Refused(native_id=native_id, reason=error.reason, detail=error.detail, where=where)

    def _warn(self, source: Source, unknown: Sequence[str]) -> None:
        new = [column for column in unknown if (source.id, column) not in self._warned]
        if new:
            self._warned.update((source.id, column) for column in new)
            names = ", ".join(sorted(new))
            log.warning(
                "%s: nothing is taken from %s; name them in connectors/importer.yml if they matter", source.id, names
            )


@contextmanager
def _opened(source: Source, cursor: Cursor, http: HttpClient) -> Iterator[_Opened | None]:
    """The file, seekable; None when the server says that it did not change."""
    if source.address.startswith(("http://", "https://")):
        response = http.get(source.address, etag=cursor.get("etag"), last_modified=cursor.get("last_modified"))
        name = source.address.split("?")[0].rstrip("/").rsplit("/", 1)[-1]
        yield None if response.not_modified else _Opened(name, source.address, io.BytesIO(response.payload), response)
        return
    path = Path(source.address)
    try:
        file = path.open("rb")
    except OSError as error:
        raise Halt(
            f"{source.id}: {path} cannot be read ({error.strerror}); put the file there or correct its path"
        ) from error
    with file:
        yield _Opened(path.name, path.resolve().as_uri(), file)


def _pieces(opened: _Opened, *, skip: int) -> Iterator[Piece]:
    file = unpacked(opened.file)
    start = opened.file.read(2)
    opened.file.seek(0)
    if start in UTF16_MARKS:  # refused as a whole: its lines make no sense in pieces
        yield Piece(1, opened.file.read(SHOWN_BYTES), 0, last=True)
        return
    yield from pieces(file, opened.name, rows=int(card("importer").settings["rows_per_page"]), skip=skip)


def _place(native_id: str) -> tuple[str, int]:
    """File name and line of the first row; line 0 where the payload is a whole file (`falselight parse`)."""
    match = re.fullmatch(r"(.+):(\d+)", native_id)
    return (match.group(1), int(match.group(2))) if match else (native_id, 0)


def _whole_problem(payload: bytes) -> Quarantine | None:
    if not payload.strip():
        return Quarantine("empty", "the file has no rows; export it again, or retire the source")
    if payload[:2] in UTF16_MARKS:
        return Quarantine(
            "wrong-encoding", "UTF-16; save the file as UTF-8 (in spreadsheets: CSV UTF-8) and import it again"
        )
    if payload.lstrip()[:1] == b"[":
        return Quarantine("json-array", "one JSON array; write one object per line (`jq -c '.[]' in.json > out.jsonl`)")
    return _header_problem(payload) if payload.lstrip()[:1] != b"{" else None


def _header_problem(payload: bytes) -> Quarantine | None:
    header = _header(next(iter_records(lines_of(payload))))
    known = {field_of(column) for column in header}
    missing = [name for name in REQUIRED if name not in known]
    if not known & {"text", "title"}:
        missing.append("text")
    if not missing:
        return None
    found = ", ".join(header)[:200]
    return Quarantine(
        "missing-columns", f"no column for {', '.join(missing)} among {found}; rename it, see importer.yml"
    )


def _header(record: Record) -> tuple[str, ...]:
    return tuple(name.encode("latin-1").decode("utf-8", "replace").strip() for name in record.fields or ())


def _validators(opened: _Opened, last: bool) -> Cursor:
    headers = opened.response.headers if opened.response and last else {}
    sent = {"etag": headers.get("etag"), "last_modified": headers.get("last-modified")}
    return {name: value for name, value in sent.items() if value}


CONNECTOR = ImporterConnector()
