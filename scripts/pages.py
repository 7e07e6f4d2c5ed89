"""What the scripts that generate pages share: write a page, or with --check say that it is out of date."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

DOCS = Path(__file__).parents[1] / "docs"


def main(name: str, render: Callable[[], str], arguments: list[str] | None = None) -> int:
    """Write docs/NAME, or compare it with what would be written; returns the exit status (1: out of date)."""
    page = DOCS / name
    text = render()
    if "--check" not in (sys.argv[1:] if arguments is None else arguments):
        page.write_text(text, "utf-8")
        return 0
    if page.exists() and page.read_text("utf-8") == text:
        return 0
    print(f"docs/{name} is out of date; write it again with: make docs", file=sys.stderr)
    return 1


def cell(text: str) -> str:
    """Text for one cell of a Markdown table."""
    return " ".join(text.split()).replace("|", "\\|")
