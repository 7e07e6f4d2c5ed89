"""The embedded index: one SQLite file with full-text search (FTS5), for many readers and one writer at a time.

Every `put` and `delete` is one transaction on a write-ahead log: a process that is killed leaves the database as it was
before or after, and readers never wait.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from pathlib import Path

from falselight.index.contract import BadQuery, Document, Field, Hit, Query, RefusedDocument, Results
from falselight.index.fields import known_field
from falselight.index.folding import Fold, default_fold
from falselight.index.sqlite_counts import Counts
from falselight.index.sqlite_query import (
    EPOCH,
    MAX_STEPS,
    Selection,
    after_of,
    place_after,
    select,
    step_minutes,
    utf8,
)
from falselight.index.sqlite_rows import Row, posts_of, remove, row_of, stored_document, write
from falselight.index.sqlite_store import Store

_IDS_CHUNK = 5_000


class SqliteIndex:
    """The Index on a SQLite file; `fold` makes one spelling of text and of query words alike.

    Threads and processes may share it. Raises Missing when the file cannot be used, Retry when a writer does not end,
    Halt when the file is of another release.
    """

    def __init__(self, path: str | Path, *, fold: Fold = default_fold) -> None:
        self._fold = fold
        self._store = Store(path)
        self._counts = Counts()

    def put(self, documents: Iterable[Document]) -> list[RefusedDocument]:
        """Store or replace in one transaction; a document older than the stored one is passed over."""
        rows: list[Row] = []
        refused: list[RefusedDocument] = []
        for document in documents:
            try:
                rows.append(row_of(document, self._fold))
            except ValueError as error:  # a lone surrogate, a time without zone, what JSON cannot hold
                detail = f"{type(error).__name__}: {error}"
                refused.append(RefusedDocument(post_id=document.post.id, reason="not-storable", detail=detail))
        if rows:
            with self._store.writing() as connection:
                write(connection, rows)
        return refused

    def get(self, post_id: str) -> Document | None:
        """The document of a post; None when it is not there."""
        with self._store.reading() as connection:
            row = connection.execute("SELECT document FROM posts WHERE id = ?", (utf8(post_id),)).fetchone()
        return stored_document(row[0]) if row else None

    def search(self, query: Query, *, size: int = 20, after: str | None = None) -> Results:
        """A page of posts, newest first, ties by id. Raises BadQuery, also for an `after` that no search gave."""
        if size < 1:
            raise ValueError(f"a page needs at least one post, not {size}")
        selection = select(query, self._fold)
        place = place_after(after) if after is not None else None
        with self._store.reading() as connection:
            profile = self._counts.profile(connection, selection)
            floor = profile.floor(size + 1, place[0] if place else None)
            rows = _page(connection, selection, size + 1, place, floor)
        more = after_of(rows[size - 1][0], rows[size - 1][1]) if len(rows) > size else None
        hits = tuple(self._hit(selection, stored_document(row[2])) for row in rows[:size])
        return Results(hits=hits, total=profile.total, after=more)

    def count(self, query: Query) -> int:
        """Number of posts that match."""
        selection = select(query, self._fold)
        with self._store.reading() as connection:
            return self._counts.profile(connection, selection).total

    def terms(self, query: Query, name: Field, *, size: int = 20) -> list[tuple[str, int]]:
        """Values of a field with their number of posts, most first, ties by value."""
        selection = select(query, self._fold)
        with self._store.reading() as connection:
            counts = self._counts.profile(connection, selection).of_term
            values = connection.execute(
                "SELECT term, value FROM terms WHERE field = ?", (known_field(name),)
            ).fetchall()
        found = [(value, int(counts[term])) for term, value in values if term < len(counts) and counts[term]]
        return sorted(found, key=lambda pair: (-pair[1], pair[0]))[:size]

    def histogram(self, query: Query, step: timedelta) -> list[tuple[datetime, int]]:
        """Posts per step, from the first post to the last. Raises ValueError unless steps are whole minutes, BadQuery."""
        length = step_minutes(step)
        selection = select(query, self._fold)
        with self._store.reading() as connection:
            found = self._counts.profile(connection, selection).steps(length)
        if found and max(found) - min(found) > MAX_STEPS:
            raise BadQuery(f"More than {MAX_STEPS:,} steps of {step}: choose longer steps or a shorter time.")
        steps = range(min(found), max(found) + 1) if found else range(0)
        return [(EPOCH + step * at, found.get(at, 0)) for at in steps]

    def delete(self, *, ids: Sequence[str] = (), source: str | None = None, author: str | None = None) -> int:
        """Remove posts by id, source or author key, and their words from the file; returns how many went."""
        with self._store.writing() as connection:
            posts = sorted(set(posts_of(connection, list(ids), source, author)))
            if posts:
                remove(connection, posts)
        if posts:
            self._store.checkpoint()
        return len(posts)

    def ids(self) -> Iterator[tuple[str, int]]:
        """Every post id with its version, by id; read in chunks, so that a slow caller holds nothing up."""
        last = ""
        while True:
            with self._store.reading() as connection:
                statement = "SELECT id, version FROM posts WHERE id > ? ORDER BY id LIMIT ?"
                rows = connection.execute(statement, (last, _IDS_CHUNK)).fetchall()
            yield from rows
            if len(rows) < _IDS_CHUNK:
                return
            last = rows[-1][0]

    def close(self) -> None:
        """Close the file in all threads."""
        self._store.close()

    def _hit(self, selection: Selection, document: Document) -> Hit:
        wanted = selection.wording.wanted
        return Hit(
            document=document,
            highlights=selection.wording.spans(document.post.full_text, self._fold) if wanted else (),
        )


def _page(
    connection: sqlite3.Connection, selection: Selection, size: int, place: tuple[int, str] | None, floor: int | None
) -> list[tuple[int, str, bytes]]:
    """Up to `size` rows of publication time, id and document behind `place`, none older than `floor`."""
    conditions, values = [], list(selection.parameters)
    if place is not None:
        conditions.append("(facts.published < ? OR (facts.published = ? AND facts.id > ?))")
        values += [place[0], *place]
    if floor is not None:
        conditions.append("facts.published >= ?")
        values.append(floor)
    columns = "facts.post AS post, facts.published AS published, facts.id AS id"
    end = "ORDER BY facts.published DESC, facts.id LIMIT ?"
    found = selection.sql(columns, more=" AND ".join(conditions), end=end)
    # Documents are fetched for the page's posts only: sorting would carry them along for all.
    statement = (
        f"SELECT found.published, found.id, document FROM ({found}) AS found"
        " JOIN posts ON posts.post = found.post ORDER BY found.published DESC, found.id"
    )
    return connection.execute(statement, (*values, size)).fetchall()
