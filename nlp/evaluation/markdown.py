"""Figures as cells, and tables in Markdown: what reports on a terminal and the model card share."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from typing import Any

from nlp.evaluation.gate import Bound, load_bounds


def section(title: str, text: str, columns: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    """A heading, a sentence and a table."""
    lines = [f"## {title}\n", f"{text}\n", *_table(list(columns), rows)]
    return "\n".join([*lines, ""])


def _table(columns: list[str], rows: Iterable[Iterable[str]]) -> Iterator[str]:
    yield f"| {' | '.join(columns)} |"
    yield "|---" * len(columns) + "|"
    yield from (f"| {' | '.join(' '.join(cell.split()).replace('|', ' ') for cell in row)} |" for row in rows)


def cells(figure: Mapping[str, Any]) -> tuple[str, str, str]:
    """A figure as value, interval and rows."""
    low, high = figure["ci95"]
    return number(figure["value"]), f"{number(low)}–{number(high)}", str(figure["n"])


def gap(figure: Mapping[str, Any]) -> str:
    """A difference with its interval, signed."""
    if figure["value"] is None:
        return "–"
    low, high = (f"{edge:+.3f}" if edge is not None else "–" for edge in figure["ci95"])
    return f"{figure['value']:+.3f} ({low} to {high})"


def gate(name: str, figure: str) -> str:
    """What floors.yml asks of the figure; empty where nothing."""
    bound = _bounds().get((name, figure))
    return "" if bound is None else f"{'≤' if bound.ceiling else '≥'} {number(bound.whole)}"


def number(value: float | None) -> str:
    """Three decimals; a dash where there is none."""
    return "–" if value is None else f"{value:.3f}"


@cache
def _bounds() -> Mapping[tuple[str, str], Bound]:
    return {(bound.set, bound.figure): bound for bound in load_bounds()}
