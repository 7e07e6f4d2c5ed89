"""Files of rows: opened, unpacked and cut into pieces of some hundred rows, without ever being whole in memory."""

from __future__ import annotations

import csv
import gzip
import hashlib
import io
import zlib
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import BinaryIO, cast

import zstandard

from falselight.errors import Halt

MAX_LINE_BYTES = 8_000_000  # a text of 1 MB whose every letter is escaped as \\uXXXX has 6 MB
MAX_PIECE_BYTES = 4_000_000
MAX_RECORD_LINES = 1_000  # a CSV record over more lines has a quote that nobody closed
MAX_UNPACKED_BYTES = 4_000_000_000
MAX_ZSTD_WINDOW_BYTES = 128 * 1024 * 1024
UTF16_MARKS = (b"\xff\xfe", b"\xfe\xff")
UTF8_MARK = b"\xef\xbb\xbf"
csv.field_size_limit(MAX_LINE_BYTES)  # process-wide; csv's own 131,072 characters would refuse long but honest texts


@dataclass(frozen=True, slots=True)
class Record:
    """One row as it stands in the file. `line`: of its start, from 1. `lines`: its bytes as latin-1 text.

    `fields`: CSV columns (as latin-1), None for JSON. `problem`: why it is no row at all.
    """

    line: int
    lines: tuple[str, ...]
    fields: tuple[str, ...] | None = None
    problem: str | None = None

    @property
    def blank(self) -> bool:
        """Whether there is nothing in it."""
        return not any(line.strip() for line in self.lines)

    @property
    def raw(self) -> bytes:
        """The bytes of the row."""
        return "".join(self.lines).encode("latin-1")


@dataclass(frozen=True, slots=True)
class Piece:
    """Neighbouring rows. `payload`: CSV's header line, if any, then the rows. `rows`: how many, blank lines apart."""

    first_line: int
    payload: bytes
    rows: int
    last: bool


def digest(file: BinaryIO) -> str:
    """SHA-256 of a file from its start; the file stands at its start again."""
    file.seek(0)
    found = hashlib.sha256()
    while block := file.read(1 << 20):
        found.update(block)
    file.seek(0)
    return found.hexdigest()


def unpacked(file: BinaryIO) -> BinaryIO:
    """The file, decompressed where its first bytes say gzip or zstd."""
    start = file.read(4)
    file.seek(0)
    if start[:2] == b"\x1f\x8b":
        return cast(BinaryIO, gzip.GzipFile(fileobj=file))
    if start == b"\x28\xb5\x2f\xfd":
        reader = zstandard.ZstdDecompressor(max_window_size=MAX_ZSTD_WINDOW_BYTES)
        return cast(BinaryIO, io.BufferedReader(reader.stream_reader(file)))
    return file


def pieces(file: BinaryIO, name: str, *, rows: int, skip: int) -> Iterator[Piece]:
    """The file's rows from the one after `skip` on, about `rows` at a time. Raises Halt for a damaged archive."""
    records = iter_records(_lines(file, name))
    header = next(records, None)
    if header is None:
        yield Piece(1, b"", 0, last=True)
        return
    is_csv = header.fields is not None
    start = records if is_csv else _chained(header, records)
    after = (record for number, record in enumerate(_counted(start)) if number >= skip)
    piece: list[Record] = []
    size = 0
    for record in after:
        if len(piece) >= rows or size > MAX_PIECE_BYTES:
            yield _piece(header if is_csv else None, piece, last=False)
            piece, size = [], 0
        piece.append(record)
        size += sum(map(len, record.lines))
    yield _piece(header if is_csv else None, piece, last=True)


def lines_of(payload: bytes) -> Iterator[str]:
    """Lines as latin-1. Split at line feeds only: str.splitlines would cut UTF-8 letters whose bytes include 0x85."""
    return (line.decode("latin-1") for line in io.BytesIO(payload))


def iter_records(lines: Iterable[str], first_line: int = 1) -> Iterator[Record]:
    """Rows of JSON Lines (text that begins with a brace or bracket) or CSV; of CSV the header first."""
    feed = _Feed(lines, first_line)
    first = feed.peek()
    if first.lstrip().startswith(("{", "[")):
        for line in feed:
            yield Record(feed.number, (line,))
            feed.taken.clear()
    elif first:
        yield from _csv_records(feed, delimiter_of(first))


def delimiter_of(header: str) -> str:
    """What separates the columns: the most frequent of comma, semicolon, tab and bar in the header line."""
    return max(",;\t|", key=header.count)


def _csv_records(feed: _Feed, delimiter: str) -> Iterator[Record]:
    while feed.peek():
        feed.taken.clear()
        start = feed.number + 1
        try:
            fields = next(csv.reader(feed, delimiter=delimiter, strict=True))
        except csv.Error as error:  # mostly a quote that swallows what follows: only the line where it began is lost
            first, *others = feed.taken
            feed.give_back(others)
            yield Record(start, (first,), (), problem=str(error))
        else:
            yield Record(start, tuple(feed.taken), tuple(fields))


class _Feed:
    """Lines that can be given back. `number`: of the line taken last. `taken`: lines of the present record."""

    def __init__(self, lines: Iterable[str], first_line: int) -> None:
        self.number = first_line - 1
        self.taken: list[str] = []
        self._lines = iter(lines)
        self._waiting: deque[str] = deque()

    def __iter__(self) -> _Feed:
        return self

    def __next__(self) -> str:
        if len(self.taken) > MAX_RECORD_LINES:
            raise csv.Error(f"a quote is open for {MAX_RECORD_LINES:,} lines")
        line = self._waiting.popleft() if self._waiting else next(self._lines)
        self.number += 1
        self.taken.append(line)
        return line

    def peek(self) -> str:
        """The next line, "" at the end."""
        if not self._waiting:
            self._waiting.extend(line for line in [next(self._lines, "")] if line)
        return self._waiting[0] if self._waiting else ""

    def give_back(self, lines: Sequence[str]) -> None:
        """Put lines back in front."""
        self._waiting.extendleft(reversed(lines))
        self.number -= len(lines)


def _lines(file: BinaryIO, name: str) -> Iterator[str]:
    """Lines as latin-1, which any bytes survive; a line over the limit is cut, so that its row is refused."""
    total = 0
    try:
        while line := file.readline(MAX_LINE_BYTES):
            total += len(line)
            if total > MAX_UNPACKED_BYTES:
                raise Halt(f"{name}: unpacks to more than {MAX_UNPACKED_BYTES:,} bytes; split it, or look what it is")
            if not line.endswith(b"\n"):
                total += _skip_line(file)
                line = line.rstrip(b"\r\n") + b"\n"
            yield (line.removeprefix(UTF8_MARK) if total == len(line) else line).decode("latin-1")
    except (EOFError, OSError, zlib.error, zstandard.ZstdError) as error:
        raise Halt(
            f"{name}: the file is damaged or cut off ({error}); its rows up to there were taken, export it again"
        ) from error


def _skip_line(file: BinaryIO) -> int:
    skipped = 0
    while rest := file.readline(MAX_LINE_BYTES):
        skipped += len(rest)
        if rest.endswith(b"\n"):
            break
    return skipped


def _chained(first: Record, others: Iterator[Record]) -> Iterator[Record]:
    yield first
    yield from others


def _counted(records: Iterator[Record]) -> Iterator[Record]:
    """Rows with the blank lines before them put to them, so that line numbers of a piece stay those of the file."""
    blank: list[Record] = []
    for record in records:
        if record.blank:
            blank.append(record)
            continue
        lead = tuple(line for each in blank for line in each.lines)
        yield Record(blank[0].line if blank else record.line, lead + record.lines, record.fields, record.problem)
        blank = []


def _piece(header: Record | None, records: Sequence[Record], *, last: bool) -> Piece:
    payload = (header.raw if header else b"") + b"".join(record.raw for record in records)
    start = records[0].line if records else (header.line if header else 1)
    return Piece(start, payload, len(records), last)
