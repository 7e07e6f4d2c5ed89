"""A report as tables for a terminal."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rich.console import Group
from rich.table import Table

_HEADLINES = (
    "relevant.macro_f1",
    "stance.macro_f1",
    "narratives.micro_f1",
    "lures.micro_f1",
    "corridor.micro_f1",
    "routes.f1",
    "routes.partial_f1",
)
_TASKS = ("narratives", "lures", "corridor", "routes")


def render(report: Mapping[str, Any]) -> Group:
    """Headline figures with intervals, then one table each for labels, languages and groups. Print it with rich."""
    return Group(
        _headlines(report),
        _labels(report["labels"]),
        _breakdown("language", report["languages"]),
        _breakdown("group", report["groups"]),
        _calibration(report["calibration_error"]),
    )


def _headlines(report: Mapping[str, Any]) -> Table:
    title = f"{report.get('file', 'rows')} · {report['n']} rows, {report['failed']} failed · {report['revision']}"
    table = Table("figure", "value", "95 % interval", "n", title=title)
    for key in _HEADLINES:
        figure = report[key]
        low, high = figure["ci95"]
        table.add_row(key, _number(figure["value"]), f"{_number(low)}–{_number(high)}", str(figure["n"]))
    return table


def _labels(labels: Mapping[str, Any]) -> Table:
    table = Table("task", "label", "precision", "recall", "F1", "n", "given", title="per label")
    for task, each in labels.items():
        for label, quality in each.items():
            numbers = [_number(quality[name]) for name in ("precision", "recall", "f1")]
            table.add_row(task, label, *numbers, str(quality["n"]), str(quality["predicted"]))
    return table


def _breakdown(name: str, parts: Mapping[str, Any]) -> Table:
    """F1 per part; in brackets how many labels of that task its rows carry."""
    table = Table(name, "rows", "relevant", "stance", *_TASKS, title=f"per {name}: F1 (labels)")
    for part, figures in parts.items():
        cells = [_number(figures[f"{task}.macro_f1"]) for task in ("relevant", "stance")]
        cells += [f"{_number(figures[task]['f1'])} ({figures[task]['n']})" for task in _TASKS]
        table.add_row(part or "–", str(figures["n"]), *cells)
    return table


def _calibration(errors: Mapping[str, float | None]) -> Table:
    table = Table("task", "expected calibration error", title="how honest the scores are")
    for task, error in errors.items():
        table.add_row(task, _number(error))
    return table


def _number(value: float | None) -> str:
    return "–" if value is None else f"{value:.3f}"
