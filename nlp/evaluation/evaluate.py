"""The figures of `falselight evaluate`: how well a tagger does on a file of labelled rows."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from falselight.errors import Halt
from nlp.contract import Failed, Label, Tagged, Tagger
from nlp.evaluation.confusion import confusion
from nlp.evaluation.figures import Counts, calibration_error, figure, macro_f1, micro_f1, overall, qualities, share
from nlp.evaluation.pairs import TASKS, Pair, counts_of, pairs_of
from nlp.training.rows import Row, read_rows

# Headline figure → the task that it is measured on, and how.
MEASURES: Mapping[str, tuple[str, Callable[[np.ndarray], np.ndarray]]] = {
    "relevant.macro_f1": ("relevant", macro_f1),
    "stance.macro_f1": ("stance", macro_f1),
    "narratives.micro_f1": ("narratives", micro_f1),
    "lures.micro_f1": ("lures", micro_f1),
    "corridor.micro_f1": ("corridor", micro_f1),
    "routes.f1": ("routes", micro_f1),
    "routes.partial_f1": ("route_ends", micro_f1),
}
# A language is judged by its lures from so many rows with a lure on ("Must reach" of issue B).
ENOUGH_LURE_ROWS = 5


def evaluate_file(path: Path, tagger: Tagger) -> dict[str, Any]:
    """The report on a JSON Lines file. Halt for an empty or unreadable file, Quarantine (file and line) for a bad row."""
    return {"file": str(path), **evaluate_rows(rows_of(path), tagger)}


def rows_of(path: Path) -> list[Row]:
    """The rows of a JSON Lines file; errors as in `evaluate_file`."""
    rows = list(read_rows(path))
    if not rows:
        raise Halt(f"{path}: no rows to evaluate")
    return rows


def evaluate_rows(rows: Sequence[Row], tagger: Tagger) -> dict[str, Any]:
    """The rows tagged, and the report on them (`report_on`)."""
    return {"revision": tagger.revision, **report_on(pairs_of(rows, tagger))}


def report_on(pairs: Sequence[Pair]) -> dict[str, Any]:
    """Figures with intervals, then per label, language and group, what was taken for what, and how honest scores are.

    Macro F1 of relevant and stance is taken over the values that occur. narratives, lures, corridor: micro F1.
    routes.f1: a route counts only when its origin, its set of transit countries and its destination all agree (cities
    do not count); routes.partial_f1 beside it counts every (role, country) by itself. A text that could not be tagged
    has no labels at all: it misses what was wanted. `unsure`: share of texts that are left to a person.
    """
    counts = {task: counts_of(pairs, task) for task in TASKS}
    return {
        "n": len(pairs),
        "failed": sum(isinstance(pair.result, Failed) for pair in pairs),
        "unsure": share(
            sum(isinstance(pair.result, Tagged) and bool(pair.result.unsure) for pair in pairs), len(pairs)
        ),
        **{key: figure(counts[task], measure) for key, (task, measure) in MEASURES.items()},
        "labels": {task: qualities(counts[task]) for task in TASKS[:5]},
        "languages": _breakdown(counts, [pair.row.lang for pair in pairs]),
        "groups": _breakdown(counts, [pair.row.group for pair in pairs]),
        "lures_by_language": lures_by_language(pairs),
        "confusion": confusion(pairs),
        "calibration_error": _calibration(pairs),
    }


def lures_by_language(pairs: Sequence[Pair]) -> dict[str, dict[str, Any]]:
    """Per language with any lure wanted: F1 over all its rows, `n` its rows that carry a lure, `enough`: n ≥ 5."""
    counts, found = counts_of(pairs, "lures"), {}
    langs, carries = np.array([pair.row.lang for pair in pairs]), np.array([bool(pair.row.lures) for pair in pairs])
    for lang in sorted(set(langs[carries])):
        quality, n = overall(counts.rows(langs == lang)), int((carries & (langs == lang)).sum())
        shares = {name: quality[name] for name in ("precision", "recall", "f1")}
        found[str(lang)] = {**shares, "n": n, "enough": n >= ENOUGH_LURE_ROWS}
    return found


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


def _calibration(pairs: Sequence[Pair]) -> dict[str, float | None]:
    """Per task, over the labels that were given: does a score of .8 mean right in 80 of 100 cases."""
    errors: dict[str, float | None] = {}
    for task in ("relevant", "stance", "narratives", "lures"):
        given = [(label, pair) for pair in pairs for label in _labels(pair.result, task)]
        errors[task] = calibration_error(
            [label.score for label, _ in given], [label.value in pair.wanted[task] for label, pair in given]
        )
    return errors


def _labels(result: Tagged | Failed, field: str) -> tuple[Label, ...]:
    if isinstance(result, Failed):
        return ()
    value = getattr(result, field)
    return value if isinstance(value, tuple) else (value,)
