"""A report as tables for a terminal."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rich.console import Group
from rich.table import Table

from nlp.evaluation.evaluate import MEASURES
from nlp.evaluation.markdown import cells, gap, number

# Of what stood in place of a missed label, so many are shown; all are in the JSON.
_INSTEAD_SHOWN = 4
_TASKS = ("narratives", "lures", "corridor", "routes")


def render(report: Mapping[str, Any]) -> Group:
    """Headline figures with intervals, then one table each for labels, languages and groups. Print it with rich."""
    return Group(
        _headlines(report),
        _labels(report["labels"]),
        _breakdown("language", report["languages"]),
        _breakdown("group", report["groups"]),
        _lures(report["lures_by_language"]),
        _stances(report["confusion"]["stance"]),
        _missed(report["confusion"]),
        _calibration(report["calibration_error"]),
    )


def render_comparison(report: Mapping[str, Any]) -> Group:
    """Headline figures of each tagger, then by how much the others exceed the first, with paired intervals."""
    first, *others = report["taggers"]
    side = Table("figure", first, *others, title=f"{report.get('file', 'rows')} · {report['n']} rows")
    gaps = Table("figure", *others, title=f"difference to {first} (95 % interval, paired)")
    for key in MEASURES:
        side.add_row(key, *(number(figures[key]["value"]) for figures in report["taggers"].values()))
        gaps.add_row(key, *(gap(report["differences"][name][key]) for name in others))
    return Group(side, gaps) if others else Group(side)


def render_innocent(report: Mapping[str, Any]) -> Group:
    """False alarms in all, by class and by language, and the ids of the rows; never a text."""
    table = Table(
        "innocent texts", "share with a lure", "95 % interval", "n", title=f"false alarms · {report['revision']}"
    )
    table.add_row("all", *cells(report["any_lure"]))
    for name, figure in (*report["classes"].items(), *report["languages"].items()):
        table.add_row(name, *cells(figure))
    table.add_row("all: any narrative", *cells(report["any_narrative"]))
    ids = " ".join(report["ids"]) or "none"
    return Group(table, f"failed: {report['failed']}", f"rows with a false alarm: {ids}")


def render_outside(report: Mapping[str, Any]) -> Table:
    """Outside checks: one line a figure."""
    table = Table("set", "figure", "share", "95 % interval", "n", title="texts of others")
    for name, figures in report.items():
        for key, figure in figures.items():
            table.add_row(name, key, *cells(figure))
    return table


def _headlines(report: Mapping[str, Any]) -> Table:
    title = f"{report.get('file', 'rows')} · {report['n']} rows, {report['failed']} failed · {report['revision']}"
    table = Table("figure", "value", "95 % interval", "n", title=title)
    for key in MEASURES:
        table.add_row(key, *cells(report[key]))
    table.add_row("left to a person", *cells(report["unsure"]))
    return table


def _labels(labels: Mapping[str, Any]) -> Table:
    table = Table("task", "label", "precision", "recall", "F1", "n", "given", title="per label")
    for task, each in labels.items():
        for label, quality in each.items():
            numbers = [number(quality[name]) for name in ("precision", "recall", "f1")]
            table.add_row(task, label, *numbers, str(quality["n"]), str(quality["predicted"]))
    return table


def _breakdown(name: str, parts: Mapping[str, Any]) -> Table:
    """F1 per part; in brackets how many labels of that task its rows carry."""
    table = Table(name, "rows", "relevant", "stance", *_TASKS, title=f"per {name}: F1 (labels)")
    for part, figures in parts.items():
        columns = [number(figures[f"{task}.macro_f1"]) for task in ("relevant", "stance")]
        columns += [f"{number(figures[task]['f1'])} ({figures[task]['n']})" for task in _TASKS]
        table.add_row(part or "–", str(figures["n"]), *columns)
    return table


def _lures(languages: Mapping[str, Any]) -> Table:
    """Lures by language; a language with too few rows to judge by stands in brackets."""
    table = Table("language", "precision", "recall", "F1", "rows with a lure", title="lures per language")
    for lang, part in sorted(languages.items(), key=lambda one: (not one[1]["enough"], one[0])):
        numbers = (number(part[name]) for name in ("precision", "recall", "f1"))
        table.add_row(lang if part["enough"] else f"({lang})", *numbers, str(part["n"]))
    return table


def _stances(matrix: Mapping[str, Mapping[str, int]]) -> Table:
    columns = list(next(iter(matrix.values())))
    table = Table("wanted \\ given", *columns, title="stance: rows wanted as, given as")
    for wanted, row in matrix.items():
        table.add_row(wanted, *(str(row[given]) for given in columns))
    return table


def _missed(confusion: Mapping[str, Any]) -> Table:
    table = Table("task", "label", "missed", "given in its place", title="missed labels")
    for task in ("narratives", "lures"):
        for label, part in confusion[task].items():
            instead = list(part["instead"].items())[:_INSTEAD_SHOWN]
            table.add_row(task, label, str(part["missed"]), ", ".join(f"{name} {n}" for name, n in instead))
    return table


def _calibration(errors: Mapping[str, float | None]) -> Table:
    table = Table("task", "expected calibration error", title="how honest the scores are")
    for task, error in errors.items():
        table.add_row(task, number(error))
    return table
