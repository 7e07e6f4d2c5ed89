"""The filters beside the results: values with their counts, as far as protection allows."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from falselight.desk import labels
from falselight.desk.asked import FACETS, Asked
from falselight.index import Field, Index, Query

K_PERSONS = 5  # DESIGN §7: fewer persons than that could be told apart by a count
_VALUES, _MANY = 14, 100_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """A value to tick. `count` None: not shown, since it would be about fewer than K_PERSONS private persons."""

    value: str
    title: str
    hint: str
    count: int | None
    chosen: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Facet:
    """A field with its values, most frequent first; chosen ones are always among them."""

    name: Field
    title: str
    options: tuple[Option, ...]


def facets(index: Index, asked: Asked) -> list[Facet]:
    """All facets of a search; those without any value are left out."""
    found = [_facet(index, asked, name) for name in FACETS]
    return [facet for facet in found if facet.options]


def _facet(index: Index, asked: Asked, name: Field) -> Facet:
    # Values of one field are joined by or: the other values' counts say what ticking them would add.
    query = asked.query(without=name)
    chosen = asked.filters.get(name, ())
    counts: dict[str, int | None] = dict(index.terms(query, name, size=_VALUES))
    counts |= {value: index.count(_narrowed(query, name, value)) for value in chosen if value not in counts}
    if name == "source":
        counts |= dict.fromkeys(_with_few_persons(index, query, list(counts)))
    options = tuple(_option(name, value, count, value in chosen) for value, count in counts.items())
    return Facet(name=name, title=labels.FIELD_TITLES[name], options=options)


def _option(name: Field, value: str, count: int | None, chosen: bool) -> Option:
    hint = labels.definition(name, value)
    return Option(value=value, title=labels.title(name, value), hint=hint, count=count, chosen=chosen)


def _with_few_persons(index: Index, query: Query, sources: Iterable[str]) -> list[str]:
    """Those of the sources in which the query finds at least one private person, but fewer than K_PERSONS."""
    of_persons = replace(query, filters={**query.filters, "author_kind": ("person",)})
    has_persons = dict(index.terms(of_persons, "source", size=_MANY))
    return [
        source
        for source in sources
        if source in has_persons
        and len(index.terms(_narrowed(of_persons, "source", source), "author", size=K_PERSONS)) < K_PERSONS
    ]


def _narrowed(query: Query, name: Field, value: str) -> Query:
    return replace(query, filters={**query.filters, name: (value,)})
