"""Tables for a terminal: foreign text is shown as it is."""

from __future__ import annotations

import io

from rich.console import Console
from rich.text import Text

from falselight.tables import table


def shown(cell: object) -> str:
    console = Console(width=60, record=True, file=io.StringIO())
    console.print(table("of [/x]", ["name", "count"], [[cell, 1_200]]))
    return console.export_text()


def test_brackets_of_foreign_text_are_no_markup() -> None:
    assert "green [/x] door" in shown("green [/x] door")
    assert "of [/x]" in shown("")


def test_a_styled_cell_keeps_its_words_and_numbers_are_grouped() -> None:
    assert "all" in shown(Text("all", style="bold"))
    assert "[bold]" not in shown(Text("all", style="bold"))
    assert "1,200" in shown("x")
