"""The figures of `falselight evaluate`: how well a tagger does on a file of labelled rows."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from falselight.errors import Halt
from falselight.tags import Route
from nlp.contract import Failed, Label, Tagged, Tagger, Text
from nlp.evaluation.figures import (
    Counts,
    calibration_error,
    count,
    figure,
    macro_f1,
    micro_f1,
    overall,
    qualities,
)
from nlp.training.rows import STANCES, Row, read_rows

_MEASURES: Mapping[str, tuple[str, Callable[[np.ndarray], np.ndarray]]] = {
    "relevant.macro_f1": ("relevant", macro_f1),
    "stance.macro_f1": ("stance", macro_f1),
    "narratives.micro_f1": ("narratives", micro_f1),
    "lures.micro_f1": ("lures", micro_f1),
    "corridor.micro_f1": ("corridor", micro_f1),
    "routes.f1": ("routes", micro_f1),
    "routes.partial_f1": ("route_ends", micro_f1),
}


@dataclass(frozen=True, slots=True)
class _Pair:
    """What a row wants and what the tagger gave, as sets of labels per task."""

    row: Row
    result: Tagged | Failed
    wanted: Mapping[str, frozenset[str]]
    given: Mapping[str, frozenset[str]]


def evaluate_file(path: Path, tagger: Tagger) -> dict[str, Any]:
    """The report on a JSON Lines file. Halt for an empty or unreadable file, Quarantine (file and line) for a bad row."""
    rows = list(read_rows(path))
    if not rows:
        raise Halt(f"{path}: no rows to evaluate")
    return {"file": str(path), **evaluate_rows(rows, tagger)}


def evaluate_rows(rows: Sequence[Row], tagger: Tagger) -> dict[str, Any]:
    """Figures with intervals, then per label, language and group, and how honest the scores are.

    Macro F1 of relevant and stance is taken over the values that occur. narratives, lures, corridor: micro F1.
    routes.f1: a route counts only when its origin, its set of transit countries and its destination all agree (cities
    do not count); routes.partial_f1 beside it counts every (role, country) by itself. A text that could not be tagged
    has no labels at all: it misses what was wanted.
    """
    results = tagger.tag([Text(id=str(at), text=row.text) for at, row in enumerate(rows)])
    pairs = [_Pair(row, result, _wanted(row), _given(result)) for row, result in zip(rows, results, strict=True)]
    counts = {task: _counts(pairs, task) for task in pairs[0].wanted}
    return {
        "revision": tagger.revision,
        "n": len(rows),
        "failed": sum(isinstance(pair.result, Failed) for pair in pairs),
        **{key: figure(counts[task], measure) for key, (task, measure) in _MEASURES.items()},
        "labels": {task: qualities(counts[task]) for task in ("relevant", "stance", "narratives", "lures", "corridor")},
        "languages": _breakdown(counts, [row.lang for row in rows]),
        "groups": _breakdown(counts, [row.group for row in rows]),
        "calibration_error": _calibration(pairs),
    }


def _wanted(row: Row) -> dict[str, frozenset[str]]:
    return {
        "relevant": frozenset(["yes" if row.relevant else "no"]),
        "stance": frozenset([row.stance]),
        "narratives": row.narratives,
        "lures": row.lures,
        "corridor": row.corridors,
        "routes": frozenset(map(_key, row.routes)),
        "route_ends": frozenset().union(*map(_ends, row.routes)),
    }


def _given(result: Tagged | Failed) -> dict[str, frozenset[str]]:
    tasks = ("relevant", "stance", "narratives", "lures", "corridor", "routes", "route_ends")
    if isinstance(result, Failed):
        return dict.fromkeys(tasks, frozenset[str]())
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


def _counts(pairs: Sequence[_Pair], task: str) -> Counts:
    """relevant and stance have a fixed set of values; elsewhere the labels are those that occur."""
    fixed = {"relevant": ("no", "yes"), "stance": STANCES}.get(task)
    wanted, given = [pair.wanted[task] for pair in pairs], [pair.given[task] for pair in pairs]
    return count(wanted, given, fixed or sorted(frozenset().union(*wanted, *given)))


def _breakdown(counts: Mapping[str, Counts], names: Sequence[str]) -> dict[str, Any]:
    values = np.array(names)
    return {str(name): _part(counts, values == name) for name in sorted(set(names))}


def _part(counts: Mapping[str, Counts], chosen: np.ndarray) -> dict[str, Any]:
    totals = {task: macro_f1(counts[task].rows(chosen).table.sum(axis=0)) for task in ("relevant", "stance")}
    return {
        "n": int(chosen.sum()),
        **{f"{task}.macro_f1": round(float(value), 4) for task, value in totals.items()},
        **{task: overall(counts[task].rows(chosen)) for task in ("narratives", "lures", "corridor", "routes")},
    }


def _calibration(pairs: Sequence[_Pair]) -> dict[str, float | None]:
    """Per task, over the labels that were given: does a score of .8 mean right in 80 of 100 cases."""
    errors: dict[str, float | None] = {}
    for task, field in (
        ("relevant", "relevant"),
        ("stance", "stance"),
        ("narratives", "narratives"),
        ("lures", "lures"),
    ):
        given = [(label, pair) for pair in pairs for label in _labels(pair.result, field)]
        errors[task] = calibration_error(
            [label.score for label, _ in given], [label.value in pair.wanted[task] for label, pair in given]
        )
    return errors


def _labels(result: Tagged | Failed, field: str) -> tuple[Label, ...]:
    if isinstance(result, Failed):
        return ()
    value = getattr(result, field)
    return value if isinstance(value, tuple) else (value,)
