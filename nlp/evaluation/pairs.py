"""What a labelled row wants beside what a tagger gave it, as sets of labels per task."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from falselight.tags import Route
from nlp.contract import Failed, Label, Tagged, Tagger, Text
from nlp.evaluation.figures import Counts, count
from nlp.training.rows import STANCES, Row

# routes: whole routes; route_ends: every (role, country) by itself.
TASKS = ("relevant", "stance", "narratives", "lures", "corridor", "routes", "route_ends")


@dataclass(frozen=True, slots=True)
class Pair:
    """A row, its result, and the labels wanted and given, by task (TASKS). A failed text was given nothing at all."""

    row: Row
    result: Tagged | Failed
    wanted: Mapping[str, frozenset[str]]
    given: Mapping[str, frozenset[str]]


def pairs_of(rows: Sequence[Row], tagger: Tagger) -> list[Pair]:
    """Every row tagged, in order."""
    results = tagger.tag([Text(id=str(at), text=row.text) for at, row in enumerate(rows)])
    return [Pair(row, result, wanted(row), given(result)) for row, result in zip(rows, results, strict=True)]


def counts_of(pairs: Sequence[Pair], task: str) -> Counts:
    """relevant and stance have a fixed set of values; elsewhere the labels are those that occur."""
    fixed = {"relevant": ("no", "yes"), "stance": STANCES}.get(task)
    truth, guess = [pair.wanted[task] for pair in pairs], [pair.given[task] for pair in pairs]
    return count(truth, guess, fixed or sorted(frozenset().union(*truth, *guess)))


def wanted(row: Row) -> dict[str, frozenset[str]]:
    """The row's labels by task."""
    return {
        "relevant": frozenset(["yes" if row.relevant else "no"]),
        "stance": frozenset([row.stance]),
        "narratives": row.narratives,
        "lures": row.lures,
        "corridor": row.corridors,
        "routes": frozenset(map(_key, row.routes)),
        "route_ends": frozenset().union(*map(_ends, row.routes)),
    }


def given(result: Tagged | Failed) -> dict[str, frozenset[str]]:
    """The result's labels by task; none anywhere for a text that failed."""
    if isinstance(result, Failed):
        return dict.fromkeys(TASKS, frozenset[str]())
    routes = [route for route, _ in result.routes]
    return {
        "relevant": frozenset([result.relevant.value]),
        "stance": frozenset([result.stance.value]),
        "narratives": _values(result.narratives),
        "lures": _values(result.lures),
        "corridor": _values(result.corridors),
        "routes": frozenset(map(_key, routes)),
        "route_ends": frozenset().union(*map(_ends, routes)),
    }


def _values(labels: Sequence[Label]) -> frozenset[str]:
    return frozenset(label.value for label in labels)


def _key(route: Route) -> str:
    return f"{route.origin or ''}>{'+'.join(sorted(set(route.transit)))}>{route.destination or ''}"


def _ends(route: Route) -> frozenset[str]:
    ends = [("origin", route.origin), ("destination", route.destination), *(("transit", c) for c in route.transit)]
    return frozenset(f"{role}:{country}" for role, country in ends if country)
