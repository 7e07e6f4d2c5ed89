"""What somebody asks of the search page: the address's parameters, checked."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from urllib.parse import urlencode

from falselight.index import BadQuery, Field, Query
from falselight.window import Window

FACETS: tuple[Field, ...] = (
    *(
        "relevant",
        "stance",
        "lure",
        "narrative",
        "corridor",
        "unsure",
        "language",
        "platform",
        "author_kind",
        "source",
        "author",
    ),
)
NOT_PERSONS = ("outlet", "official", "channel")
NO_PERSONS = (
    "Falselight does not look for persons: private authors' pseudonyms are not searchable (docs/privacy)."
    " Search for words, labels, places or public channels."
)
_PSEUDONYM = re.compile(r"person-[0-9a-f]{4,}", re.IGNORECASE)
_MAX_VALUES = 40  # more boxes than a person ticks; keeps one address from asking thousands of questions


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A search. `day_from`, `day_to`: both days included, UTC; None leaves that side open. `after`: place of a page."""

    text: str = ""
    filters: Mapping[Field, tuple[str, ...]] = field(default_factory=dict)
    day_from: date | None = None
    day_to: date | None = None
    after: str | None = None

    def query(self, *, without: Field | None = None) -> Query:
        """The question to the index; `without` leaves the filter of one field out (for counting its other values)."""
        filters: dict[Field, tuple[str, ...]] = {
            name: values for name, values in self.filters.items() if name != without and values
        }
        if "author" in filters or without == "author":
            public = tuple(kind for kind in filters.get("author_kind", ()) if kind in NOT_PERSONS)
            filters["author_kind"] = public or NOT_PERSONS
        return Query(text=self.text, filters=filters, window=self.window)

    @property
    def window(self) -> Window | None:
        """The days as a window; None where both sides are open."""
        if self.day_from is None and self.day_to is None:
            return None
        start = datetime.combine(self.day_from or date(1970, 1, 1), time(), UTC)
        end = datetime.combine(self.day_to or date(2200, 1, 1), time(), UTC) + timedelta(days=1)
        return Window(start, end)

    def url(self, *, after: str | None = None) -> str:
        """The address of this search; of its first page unless `after` is given."""
        pairs = [("q", self.text)] if self.text else []
        pairs += [(name, value) for name in FACETS for value in self.filters.get(name, ())]
        pairs += [("from", str(self.day_from))] if self.day_from else []
        pairs += [("to", str(self.day_to))] if self.day_to else []
        pairs += [("after", after)] if after else []
        return "/?" + urlencode(pairs) if pairs else "/"

    def without(self, name: Field, value: str) -> Asked:
        """The same search with one value of a field let go."""
        rest = tuple(other for other in self.filters.get(name, ()) if other != value)
        return replace(self, filters={**self.filters, name: rest}, after=None)

    def since(self, day_from: date | None, day_to: date | None) -> Asked:
        """The same search for other days."""
        return replace(self, day_from=day_from, day_to=day_to, after=None)


def read_asked(parameters: Iterable[tuple[str, str]]) -> Asked:
    """The search behind an address's parameters; unknown ones are passed over. Raises BadQuery."""
    values: dict[str, list[str]] = {}
    for name, value in parameters:
        if value:
            values.setdefault(name, []).append(value)
    if any(_PSEUDONYM.search(value) for found in values.values() for value in found):
        raise BadQuery(NO_PERSONS)
    asked = Asked(
        text=values.get("q", [""])[-1],
        filters={name: tuple(dict.fromkeys(values[name]))[:_MAX_VALUES] for name in FACETS if name in values},
        day_from=_day(values, "from"),
        day_to=_day(values, "to"),
        after=values.get("after", [None])[-1],
    )
    if asked.day_from and asked.day_to and asked.day_to < asked.day_from:
        raise BadQuery(f"The last day ({asked.day_to}) is before the first ({asked.day_from}): exchange them.")
    return asked


def _day(values: Mapping[str, list[str]], name: str) -> date | None:
    if name not in values:
        return None
    try:
        day = date.fromisoformat(values[name][-1])
    except ValueError:
        raise BadQuery(f"{values[name][-1][:40]!r} is no day: write it like 2021-11-08.") from None
    if not 1970 <= day.year < 2200:
        raise BadQuery(f"There are no posts of {day}: choose a day from 1970 on.")
    return day
