"""From a Query to SQL over the tables of sqlite_store.py."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from falselight.index.contract import BadQuery, Query
from falselight.index.fields import known_field
from falselight.index.folding import Fold
from falselight.index.wording import Term, Wording, read_wording
from falselight.window import Window, utc

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
MAX_STEPS = 50_000  # a histogram longer than that is a mistake in the step (Elasticsearch stops at 65,536)


Value = str | int


@dataclass(frozen=True, slots=True)
class Selection:
    """The rows of `facts` that a query means: what follows SELECT, with its parameters."""

    source: str
    where: str
    parameters: tuple[Value, ...]
    wording: Wording

    def sql(self, columns: str, *, more: str = "", end: str = "") -> str:
        """A SELECT of `columns`; `more` is one further condition."""
        where = " AND ".join(filter(None, (self.where, more)))
        return f"SELECT {columns} FROM {self.source}{' WHERE ' + where if where else ''} {end}"


def select(query: Query, fold: Fold) -> Selection:
    """The selection of a query. Raises BadQuery."""
    wording = read_wording(query.text, fold)
    conditions: list[tuple[str, tuple[Value, ...]]] = []
    if wording.wanted:
        conditions.append(("words MATCH ?", (" AND ".join(map(_phrase, wording.wanted)),)))
    if wording.excluded:
        matching = "facts.post NOT IN (SELECT rowid FROM words WHERE words MATCH ?)"
        conditions.append((matching, (" OR ".join(map(_phrase, wording.excluded)),)))
    conditions += _filters(query)
    if query.window:
        conditions.append(("facts.published >= ? AND facts.published < ?", _bounds(query.window)))
    # CROSS JOIN: the words lead. Left to itself the planner may walk all posts and ask the words about each.
    source = "words CROSS JOIN facts ON facts.post = words.rowid" if wording.wanted else "facts"
    parameters = tuple(value for _, values in conditions for value in values)
    return Selection(source, " AND ".join(sql for sql, _ in conditions), parameters, wording)


def _filters(query: Query) -> list[tuple[str, tuple[Value, ...]]]:
    """One condition per field; a field without values asks nothing."""
    within = ""
    times: tuple[Value, ...] = ()
    if query.window:
        within, times = " AND published >= ? AND published < ?", _bounds(query.window)
    conditions: list[tuple[str, tuple[Value, ...]]] = []
    for name, values in query.filters.items():
        wanted = [utf8(value) for value in dict.fromkeys(values)]
        if wanted:
            terms = f"SELECT term FROM terms WHERE field = ? AND value IN ({','.join('?' * len(wanted))})"
            condition = f"facts.post IN (SELECT post FROM postings WHERE term IN ({terms}){within})"
            conditions.append((condition, (known_field(name), *wanted, *times)))
    return conditions


def _bounds(window: Window) -> tuple[Value, ...]:
    return microseconds(window.start), microseconds(window.end)


def _phrase(term: Term) -> str:
    # Tokens are letters, digits and symbols only (folding.py): nothing in them can end the quotation.
    return f'"{" ".join(term)}"'


def utf8(value: str) -> str:
    """The value without lone surrogates: SQLite cannot be asked for one, and no stored value has one."""
    return value.encode("utf-8", "replace").decode("utf-8")


def microseconds(moment: datetime) -> int:
    """Microseconds since 1970, UTC."""
    return (utc(moment) - EPOCH) // _MICROSECOND


def after_of(published: int, post_id: str) -> str:
    """The place in the list behind this post."""
    return f"{published}:{post_id}"


def place_after(after: str) -> tuple[int, str]:
    """Publication time and id of the last post of the page before. Raises BadQuery."""
    found = re.fullmatch(r"(-?[0-9]{1,18}):(.+)", after, re.DOTALL)
    if not found:
        raise BadQuery("This page of results does not exist: start again from the first page.")
    return int(found[1]), utf8(found[2])


def step_minutes(step: timedelta) -> int:
    """Length of a histogram's step. Raises ValueError for one that is not a positive number of whole minutes."""
    minutes, rest = divmod(step, timedelta(minutes=1))
    if minutes < 1 or rest:
        raise ValueError(f"a histogram's step must be a positive number of whole minutes, not {step}")
    return minutes
