"""Tables for a terminal, the same everywhere."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from rich.markup import escape
from rich.table import Table
from rich.text import Text


def table(title: str, columns: Iterable[str], rows: Iterable[Iterable[Any]]) -> Table:
    """A table with numbers to the right."""
    made = Table(
        title=escape(title), title_justify="left", title_style="bold", header_style="dim", box=None, pad_edge=False
    )
    listed = [list(row) for row in rows]
    for number, column in enumerate(columns):
        numeric = bool(listed) and all(isinstance(row[number], int | float) for row in listed)
        made.add_column(column, justify="right" if numeric else "left", overflow="fold")
    for row in listed:
        made.add_row(*map(_shown, row))
    return made


def _shown(cell: Any) -> str | Text:
    """Foreign text as it is, whatever brackets it holds; a rich Text keeps its style."""
    if isinstance(cell, Text):
        return cell
    return f"{cell:,}" if isinstance(cell, int) else escape(str(cell))
