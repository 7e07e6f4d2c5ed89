"""Documents to rows and back."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import zstandard
from pydantic import TypeAdapter

from falselight.index.contract import Document
from falselight.index.fields import field_values
from falselight.index.folding import Fold, folded_tokens
from falselight.index.sqlite_counts import pack, terms_of
from falselight.index.sqlite_query import microseconds, utf8

_DOCUMENT = TypeAdapter(Document)
_MAX_VERSION = 2**63 - 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """Everything that is stored of one document. `published`: microseconds since 1970."""

    id: str
    version: int
    published: int
    values: tuple[tuple[str, str], ...]
    original: str
    normalised: str
    document: bytes


def row_of(document: Document, fold: Fold) -> Row:
    """The row of a document. Raises ValueError for what SQLite or JSON cannot hold."""
    post = document.post
    if not 0 <= document.version <= _MAX_VERSION:
        raise ValueError(f"version {document.version} is not between 0 and 2**63 - 1")
    original = " ".join(folded_tokens(post.full_text, fold))
    normalised = " ".join(folded_tokens(document.normalised, fold))
    row = Row(
        id=post.id,
        version=document.version,
        published=microseconds(post.published_at),
        values=tuple(field_values(document)),
        original=original,
        normalised="" if normalised == original else normalised,
        document=zstandard.compress(_DOCUMENT.dump_json(document, exclude_defaults=True), 1),
    )
    pack([], row.published)  # what cannot be stored stops here, not in the middle of a transaction
    "".join((row.id, *(value for _, value in row.values))).encode()
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
    added = "INSERT INTO posts (post, id, version, document) VALUES (?, ?, ?, ?)"
    post = connection.execute(added, (post, row.id, row.version, row.document)).lastrowid
    mine = sorted({terms.get(value) or _term(connection, value, terms) for value in row.values})
    packed = pack(mine, row.published)
    connection.execute("INSERT INTO facts VALUES (?, ?, ?, ?)", (post, row.published, row.id, packed))
    connection.executemany("INSERT INTO postings VALUES (?, ?, ?)", [(term, row.published, post) for term in mine])
    words = "INSERT INTO words (rowid, original, normalised) VALUES (?, ?, ?)"
    connection.execute(words, (post, row.original, row.normalised))


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
        published, packed = connection.execute("SELECT published, packed FROM facts WHERE post = ?", (post,)).fetchone()
        gone = [(term, published, post) for term in terms_of(packed)]
        connection.executemany("DELETE FROM postings WHERE term = ? AND published = ? AND post = ?", gone)
        for statement in ("words WHERE rowid = ?", "facts WHERE post = ?", "posts WHERE post = ?"):
            connection.execute(f"DELETE FROM {statement}", (post,))


def posts_of(
    connection: sqlite3.Connection, ids: Sequence[str], source: str | None, author: str | None
) -> Iterator[int]:
    """Row numbers of posts by id, by source or by author key; a post may come twice."""
    for post_id in ids:
        yield from (post for (post,) in connection.execute("SELECT post FROM posts WHERE id = ?", (utf8(post_id),)))
    having = "SELECT post FROM postings WHERE term = (SELECT term FROM terms WHERE field = ? AND value = ?)"
    for name, value in (("source", source), ("author", author)):
        if value is not None:
            yield from (post for (post,) in connection.execute(having, (name, utf8(value))))
