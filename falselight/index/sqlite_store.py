"""The database file behind the embedded index: tables, connections, and what SQLite's errors mean to a caller."""

from __future__ import annotations

import os
import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from falselight.errors import Halt, Missing, Retry

BUSY_SECONDS = 30.0
SCHEMA_VERSION = 1

# `facts` repeats what is sorted, counted and drawn, so that a scan of all posts reads 10 MB and not 200 (100,000 posts).
# `published`: microseconds since 1970. `packed`: the post's term ids and its minute, for counting (sqlite_counts.py).
# `postings` repeats the time, so that a label in a week reads that week.
# `words`: tokens are cut in Python (folding.py); every class that a token may be made of is named, so that SQLite's
# older Unicode tables do not cut them again. No ranking, hence no column sizes.
_SCHEMA = """
CREATE TABLE posts (post INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, version INTEGER NOT NULL,
                    document BLOB NOT NULL);
CREATE TABLE facts (post INTEGER PRIMARY KEY, published INTEGER NOT NULL, id TEXT NOT NULL, packed BLOB NOT NULL);
CREATE INDEX facts_published ON facts (published DESC, id, packed);
CREATE TABLE terms (term INTEGER PRIMARY KEY, field TEXT NOT NULL, value TEXT NOT NULL, UNIQUE (field, value));
CREATE TABLE postings (term INTEGER NOT NULL, published INTEGER NOT NULL, post INTEGER NOT NULL,
                       PRIMARY KEY (term, published, post)) WITHOUT ROWID;
CREATE VIRTUAL TABLE words USING fts5 (original, normalised, columnsize=0,
    tokenize="unicode61 remove_diacritics 0 categories 'L* N* M* S* Co Cn'");
CREATE TABLE generation (number INTEGER NOT NULL);
INSERT INTO generation VALUES (0);
"""


class Store:
    """Connections to one file, one for each thread and process; the file is made when it is not there."""

    def __init__(self, path: str | Path) -> None:
        self.path = Path(path)
        self._local = threading.local()
        self._open: list[sqlite3.Connection] = []
        self._lock = threading.Lock()
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise Missing(f"index {self.path}: the folder cannot be made ({error.strerror})") from error
        with self._translated():
            _prepare(self.connection(), self.path)

    def connection(self) -> sqlite3.Connection:
        """This thread's connection. A forked child opens its own: SQLite's locks do not survive a fork."""
        mine: tuple[int, sqlite3.Connection] | None = getattr(self._local, "mine", None)
        if mine is None or mine[0] != os.getpid():
            mine = os.getpid(), _connect(self.path)
            self._local.mine = mine
            with self._lock:
                self._open.append(mine[1])
        return mine[1]

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """One moment of the database for several statements; writers are not held up."""
        with self._transaction("BEGIN") as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """All or nothing; waits for other writers. Raises Retry when they do not end."""
        with self._transaction("BEGIN IMMEDIATE") as connection:
            yield connection
            connection.execute("UPDATE generation SET number = number + 1")

    @contextmanager
    def _transaction(self, begin: str) -> Iterator[sqlite3.Connection]:
        with self._translated():
            connection = self.connection()
            connection.execute(begin)
            try:
                yield connection
                connection.execute("COMMIT")
            except BaseException:
                if connection.in_transaction:
                    connection.execute("ROLLBACK")
                raise

    @contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.OperationalError as error:
            if "locked" in str(error) or "busy" in str(error):
                raise Retry(f"index {self.path}: another process has been writing for {BUSY_SECONDS:.0f} s") from error
            raise Missing(f"index {self.path}: {error}; check the folder's permissions and free space") from error
        except sqlite3.DatabaseError as error:
            raise Missing(
                f"index {self.path}: {error}; move the file away and run `falselight index rebuild`"
            ) from error

    def checkpoint(self) -> None:
        """Bring erased pages out of the write-ahead log; readers that are still at work delay it to a later one."""
        with self._translated():
            self.connection().execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()

    def close(self) -> None:
        """Close the connections of all threads."""
        with self._lock:
            for connection in self._open:
                connection.close()
            self._open.clear()
            self._local = threading.local()


def _connect(path: Path) -> sqlite3.Connection:
    # check_same_thread off: only for `close`; each connection is used by one thread.
    connection = sqlite3.connect(path, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False)
    # FULL: what `put` has returned survives a power cut, for state notes it as done.
    connection.execute("PRAGMA synchronous=FULL")
    connection.execute("PRAGMA secure_delete=ON")  # erased text is written over, not only let go
    connection.execute("PRAGMA cache_size=-65536")  # 64 MB: the index of 100,000 posts without their texts
    connection.execute("PRAGMA temp_store=MEMORY")  # nothing of a post lands in a temporary file
    return connection


def _prepare(connection: sqlite3.Connection, path: Path) -> None:
    _set_wal(connection)
    connection.execute("BEGIN IMMEDIATE")
    try:
        version = connection.execute("PRAGMA user_version").fetchone()[0]
        if version == 0:
            for statement in filter(str.strip, _SCHEMA.split(";\n")):
                connection.execute(statement)
            connection.execute(f"PRAGMA user_version={SCHEMA_VERSION}")
        connection.execute("COMMIT")
    finally:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
    if version not in (0, SCHEMA_VERSION):
        raise Halt(f"index {path} has layout {version}, this release {SCHEMA_VERSION}: run `falselight index rebuild`")


def _set_wal(connection: sqlite3.Connection) -> None:
    """The busy timeout does not cover this switch: two processes that start at once try again."""
    end = time.monotonic() + BUSY_SECONDS
    while True:
        try:
            connection.execute("PRAGMA journal_mode=WAL").fetchone()
            return
        except sqlite3.OperationalError as error:
            if "locked" not in str(error) or time.monotonic() > end:
                raise
            time.sleep(0.02)
