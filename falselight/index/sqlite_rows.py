"""Documents to rows and back."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import zstandard
from pydantic import TypeAdapter

from falselight.index.contract import Document
from falselight.index.fields import field_values
from falselight.index.folding import Fold, tokens
from falselight.index.sqlite_query import time_key, utf8

_DOCUMENT = TypeAdapter(Document)
_MAX_VERSION = 2**63 - 1
IN_CHUNK = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """Everything that is stored of one document."""

    id: str
    version: int
    published: bytes
    source: str
    author: str
    values: tuple[tuple[str, str], ...]
    original: str
    normalised: str
    document: bytes


def row_of(document: Document, fold: Fold) -> Row:
    """The row of a document. Raises ValueError for what SQLite or JSON cannot hold."""
    post = document.post
    if not 0 <= document.version <= _MAX_VERSION:
        raise ValueError(f"version {document.version} is not between 0 and 2**63 - 1")
    original = " ".join(tokens(fold(post.full_text)))
    normalised = " ".join(tokens(fold(document.normalised)))
    row = Row(
        id=post.id,
        version=document.version,
        published=time_key(post.published_at),
        source=post.source,
        author=post.author.key,
        values=tuple(field_values(document)),
        original=original,
        normalised="" if normalised == original else normalised,
        document=zstandard.compress(_DOCUMENT.dump_json(document, exclude_defaults=True), 1),
    )
    "".join((row.id, *(value for _, value in row.values))).encode()  # a lone surrogate stops here, not in the database
    return row


def stored_document(data: bytes) -> Document:
    """The document of a row."""
    return _DOCUMENT.validate_json(zstandard.decompress(data))


def write(connection: sqlite3.Connection, rows: Iterable[Row]) -> None:
    """Store rows, each unless a newer version of it is there."""
    terms: dict[tuple[str, str], int] = {}
    for row in rows:
        known = connection.execute("SELECT post, version FROM posts WHERE id = ?", (row.id,)).fetchone()
        if known is None or known[1] <= row.version:
            _write_row(connection, row, known[0] if known else None, terms)


def _write_row(connection: sqlite3.Connection, row: Row, post: int | None, terms: dict[tuple[str, str], int]) -> None:
    if post is not None:
        _remove_rows(connection, [post])
    columns = "INSERT INTO posts (post, id, version, source, author, document) VALUES (?, ?, ?, ?, ?, ?)"
    values = (post, row.id, row.version, row.source, row.author, row.document)
    post = connection.execute(columns, values).lastrowid
    mine = sorted({terms.get(value) or _term(connection, value, terms) for value in row.values})
    packed = np.array(mine, dtype="<u4").tobytes()
    connection.execute("INSERT INTO facts VALUES (?, ?, ?, ?)", (post, row.published, row.id, packed))
    connection.executemany("INSERT INTO postings VALUES (?, ?, ?)", [(term, row.published, post) for term in mine])
    connection.execute(
        "INSERT INTO words (rowid, original, normalised) VALUES (?, ?, ?)", (post, row.original, row.normalised)
    )


def _term(connection: sqlite3.Connection, value: tuple[str, str], terms: dict[tuple[str, str], int]) -> int:
    found = connection.execute("SELECT term FROM terms WHERE field = ? AND value = ?", value).fetchone()
    if found is None:
        found = connection.execute("INSERT INTO terms (field, value) VALUES (?, ?) RETURNING term", value).fetchone()
    terms[value] = int(found[0])
    return terms[value]


def remove(connection: sqlite3.Connection, posts: Sequence[int]) -> None:
    """Take posts out for good: their words leave the full-text index now, and values that nobody has are forgotten."""
    _remove_rows(connection, posts)
    # FTS5 keeps a deleted post's words until segments merge (its own secure-delete needs SQLite 3.42).
    connection.execute("INSERT INTO words (words) VALUES ('optimize')")
    connection.execute("DELETE FROM terms WHERE NOT EXISTS (SELECT 1 FROM postings WHERE postings.term = terms.term)")


def _remove_rows(connection: sqlite3.Connection, posts: Iterable[int]) -> None:
    for post in posts:
        connection.execute("DELETE FROM words WHERE rowid = ?", (post,))
        for table in ("postings", "facts", "posts"):
            connection.execute(f"DELETE FROM {table} WHERE post = ?", (post,))


def posts_of(
    connection: sqlite3.Connection, ids: Sequence[str], source: str | None, author: str | None
) -> Iterator[int]:
    """Row numbers of posts by id, by source or by author key; a post may come twice."""
    for start in range(0, len(ids), IN_CHUNK):
        chunk = ids[start : start + IN_CHUNK]
        marks = ",".join("?" * len(chunk))
        yield from (
            post
            for (post,) in connection.execute(f"SELECT post FROM posts WHERE id IN ({marks})", list(map(utf8, chunk)))
        )
    for column, value in (("source", source), ("author", author)):
        if value is not None:
            yield from (
                post for (post,) in connection.execute(f"SELECT post FROM posts WHERE {column} = ?", (utf8(value),))
            )
