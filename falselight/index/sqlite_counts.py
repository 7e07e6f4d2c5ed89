"""Counting: total, all facets and the time line of a query in one pass, kept until the database changes."""

from __future__ import annotations

import sqlite3
import threading
from collections import OrderedDict
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from falselight.index.sqlite_query import TIME_SHIFT, Selection

_KEPT = 32  # a page asks ten questions about one to five queries; 2 MB each where 100,000 posts match


@dataclass(frozen=True, slots=True)
class Profile:
    """What a query finds. `of_term`: posts per term id; `times`: publication, microseconds since 1970, no order."""

    total: int
    of_term: NDArray[np.int64]
    times: NDArray[np.int64]

    def steps(self, length: int) -> dict[int, int]:
        """Posts per step of so many microseconds, counted from 1970; steps without posts are left out."""
        steps, counts = np.unique(self.times // length, return_counts=True)
        return dict(zip(steps.tolist(), counts.tolist(), strict=True))


class Counts:
    """Profiles of recent queries, for all threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._profiles: OrderedDict[object, Profile] = OrderedDict()

    def profile(self, connection: sqlite3.Connection, selection: Selection) -> Profile:
        """The profile of a query as of the connection's current transaction."""
        generation = connection.execute("SELECT number FROM generation").fetchone()[0]
        key = (generation, selection.sql("*"), selection.parameters)
        with self._lock:
            if profile := self._profiles.pop(key, None):
                self._profiles[key] = profile
                return profile
        profile = _count(connection, selection)
        with self._lock:
            self._profiles[key] = profile
            while len(self._profiles) > _KEPT:
                self._profiles.popitem(last=False)
        return profile


def _count(connection: sqlite3.Connection, selection: Selection) -> Profile:
    # group_concat takes a blob's bytes as they are, and the cast gives them back: no row ever becomes a Python object.
    joined = ", ".join(f"CAST(group_concat(facts.{name}, '') AS BLOB)" for name in ("terms", "published"))
    statement = selection.sql(f"count(*), {joined}")
    total, terms, published = connection.execute(statement, selection.parameters).fetchone()
    of_term = np.bincount(np.frombuffer(terms or b"", dtype="<u4").astype(np.intp))
    times = np.frombuffer(published or b"", dtype=">u8") - np.uint64(TIME_SHIFT)
    return Profile(total, of_term, times.astype(np.int64))
