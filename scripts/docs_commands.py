"""docs/commands.md from the command line itself: every command with its arguments and options."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import Any

import typer

import pages
from falselight.cli import app

HEAD = """\
<!-- Generated from falselight/cli/ by scripts/docs_commands.py; `make docs` writes it again. -->
# Commands

Names, exit codes and JSON keys are a contract: they do not change without a new major version.
`--json` prints figures for programs.

| Exit code | Means |
|---|---|
| 0 | done |
| 2 | wrong use: the message says what is wrong |
| 3 | a component is missing or down: the message says which, and how to start it |
| 4 | done, but something is in quarantine or differs |
| 5 | halted: a person has to act, the message says how |

`make` has the commands of the checkout: `make run`, `make test`, `make setup`, `make check`, `make bench`, `make docs`,
`make clean`; `make help` explains them.
"""


def render() -> str:
    """The page as Markdown."""
    return HEAD + "".join(_section(name, command) for name, command in commands())


def commands() -> Iterator[tuple[str, Any]]:
    """Every command that can be run, with its whole name (`falselight sources list`), in the order of the help."""
    yield from _walk("falselight", typer.main.get_command(app))


def _walk(name: str, command: Any) -> Iterator[tuple[str, Any]]:
    members = getattr(command, "commands", None)
    if members is None:
        yield name, command
        return
    for part, member in members.items():
        if not member.hidden:
            yield from _walk(f"{name} {part}", member)


def _section(name: str, command: Any) -> str:
    shown = [parameter for parameter in command.params if not getattr(parameter, "hidden", False)]
    usage = " ".join([name, *(_usage(parameter) for parameter in shown)])
    lines = [f"\n## {name}\n", f"`{usage}`\n", f"{_sentence(command.help or '')}\n"]
    rows = [row for parameter in shown if (row := _row(parameter))]
    if rows:
        lines += ["| Option | Meaning |\n|---|---|", *rows, ""]
    return "\n".join(lines)


def _usage(parameter: Any) -> str:
    if parameter.param_type_name == "argument":
        name = (parameter.metavar or parameter.name).upper() + ("…" if parameter.nargs == -1 else "")
        return name if parameter.required else f"[{name}]"
    name = parameter.opts[-1] if parameter.is_flag else f"{parameter.opts[-1]} {_metavar(parameter)}"
    return name if parameter.required else f"[{name}]"


def _row(parameter: Any) -> str:
    help_text = getattr(parameter, "help", None)
    if not help_text:
        return ""
    names = (
        [*parameter.opts, *parameter.secondary_opts]
        if parameter.param_type_name == "option"
        else [parameter.name.upper()]
    )
    return f"| {', '.join(f'`{name}`' for name in names)} | {pages.cell(_sentence(help_text) + _default(parameter))} |"


def _default(parameter: Any) -> str:
    value = parameter.default
    plain = isinstance(value, int | float | str) and not isinstance(value, bool) and value != ""
    return f" Default: `{value}`." if plain else ""


def _metavar(parameter: Any) -> str:
    return str(parameter.metavar or parameter.name).upper()


def _sentence(text: str) -> str:
    plain = " ".join(text.split())
    return plain if plain.endswith((".", "…", ")")) else f"{plain}."


if __name__ == "__main__":
    sys.exit(pages.main("commands.md", render))
