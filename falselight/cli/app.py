"""The `falselight` command: its groups, and what an error means for the exit code."""

from __future__ import annotations

import gc
import logging
import os
import sys

import typer

from falselight.cli import alerts, house, index, lexicon, models, posts, running, sources
from falselight.errors import Halt, Quarantine, Retry

EXIT_WRONG_USE, EXIT_MISSING, EXIT_QUARANTINED, EXIT_HALTED = 2, 3, 4, 5

app = typer.Typer(
    name="falselight",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Monitoring of false entry promises to migrants and of narratives that instrumentalise them.",
)
for module in (running, posts, house):
    module.register(app)
app.add_typer(index.app, name="index")
app.add_typer(alerts.app, name="alerts")
app.add_typer(sources.app, name="sources")
app.add_typer(lexicon.app, name="lexicon")
app.add_typer(models.app, name="models")


def main() -> None:
    """Run the command; errors that a person must act on are one line, not a traceback."""
    gc.set_threshold(
        100_000, 50, 100
    )  # lexicons are a million lasting objects: walking them at every 700 new ones is waste
    logging.basicConfig(
        level=os.environ.get("FALSELIGHT_LOG_LEVEL", "WARNING"), format="%(levelname)s %(name)s: %(message)s"
    )
    try:
        app()
    except Halt as error:
        _say(str(error))
        sys.exit(error.exit_code)
    except Retry as error:
        _say(f"{error}; run the same command again later")
        sys.exit(EXIT_MISSING)
    except Quarantine as error:
        _say(str(error))
        sys.exit(EXIT_QUARANTINED)
    except BrokenPipeError:  # the reader of our output has gone, as with `| head`
        sys.stderr.close()


def _say(message: str) -> None:
    print(f"falselight: {message}", file=sys.stderr)
