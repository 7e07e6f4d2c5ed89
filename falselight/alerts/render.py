"""Templates → text and HTML; styles are written into the elements, since many mail programs drop style sheets."""

from __future__ import annotations

import textwrap
from functools import cache
from typing import Any

import css_inline
from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

from falselight.alerts.words import amount, change, moment

TEXT_COLUMNS = 76  # RFC 5322 asks for at most 78 characters a line


def render_text(name: str, **values: Any) -> str:
    """The plain-text part from `templates/NAME.txt.j2`; never more than one empty line in a row."""
    lines = _environment().get_template(f"{name}.txt.j2").render(**values).split("\n")
    kept = [
        line.rstrip() for number, line in enumerate(lines) if line.strip() or (number and lines[number - 1].strip())
    ]
    return "\n".join(kept).strip() + "\n"


def render_html(name: str, **values: Any) -> str:
    """The HTML part from `templates/NAME.html.j2`; every value is escaped."""
    return _inliner().inline(_environment().get_template(f"{name}.html.j2").render(**values))


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("falselight.alerts"),
        autoescape=select_autoescape(["html.j2"]),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters |= {"wrap": _wrap, "moment": moment}
    environment.globals |= {"amount": amount, "change": change}
    return environment


@cache
def _inliner() -> css_inline.CSSInliner:
    # screens.css stays a sheet in the head: narrow screens and dark mode are conditions, no element can hold them.
    return css_inline.CSSInliner(load_remote_stylesheets=False)


def _wrap(text: str, indent: str = "", first: str | None = None) -> str:
    """Lines of TEXT_COLUMNS; words are never broken, so that a link stays one piece."""
    return textwrap.fill(
        text,
        TEXT_COLUMNS,
        initial_indent=indent if first is None else first,
        subsequent_indent=indent,
        break_long_words=False,
        break_on_hyphens=False,
    )
