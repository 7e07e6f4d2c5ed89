"""What all commands print alike: JSON for programs, tables for people."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from typing import Annotated, Any

import typer
from rich.console import Console

from falselight.tables import table

__all__ = ["AsJson", "console", "print_json", "print_line", "table"]

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON with stable keys instead of tables.")]
# Logs and pipes have no width of their own; 80 columns would break every table.
console = Console(highlight=False, width=None if sys.stdout.isatty() else 140)


def print_json(value: Any) -> None:
    """One JSON value on stdout."""
    json.dump(value, sys.stdout, ensure_ascii=False, indent=2, default=str)
    sys.stdout.write("\n")


def print_line(row: Mapping[str, Any]) -> None:
    """One JSON Lines row on stdout."""
    sys.stdout.write(json.dumps(row, ensure_ascii=False, default=str) + "\n")
