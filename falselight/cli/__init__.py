"""The command line (DESIGN §9): names, exit codes and JSON keys are stable."""

from falselight.cli.app import app, main

__all__ = ["app", "main"]
