"""What tests need beside Python: found, or skipped with the command that installs it; with CI=true missing is failing.

def test_page(browser):
    chromium = need("chromium")  # path of the program
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
SHARED = ROOT.parent / "shared"
NOT_RUN = "NOT RUN"


@dataclass(frozen=True, slots=True, kw_only=True)
class Component:
    """Something that a machine may lack. `find`: where it is, or None; `install`: the command that brings it."""

    find: Callable[[], Path | None]
    install: str


def need(name: str) -> Path:
    """Where the component is. Skips the test (or module) where it is missing; with CI=true fails instead."""
    component = COMPONENTS[name]
    if found := component.find():
        return found
    message = f"{NOT_RUN}: {name} is missing; install it with: {component.install}"
    if in_ci():
        pytest.fail(message, pytrace=False)
    pytest.skip(message, allow_module_level=True)


def in_ci() -> bool:
    """True where the environment says CI=true: nothing may be skipped there."""
    return os.environ.get("CI", "").lower() in {"1", "true", "yes"}


def _program(*names: str) -> Path | None:
    found = next((path for name in names if (path := shutil.which(name))), None)
    return Path(found) if found else None


def _postgres_bin() -> Path | None:
    """The folder with initdb and postgres; the newest version where a machine has several."""
    # Debian keeps the server's programs off PATH, one folder a version.
    debian = Path("/usr/lib/postgresql").glob("*/bin/initdb")
    newest = max(debian, key=lambda path: float(path.parts[-3]), default=None)
    found = newest or _program("initdb")
    return found.resolve().parent if found else None


def _shared() -> Path | None:
    return SHARED if (SHARED / "data").is_dir() else None


COMPONENTS = {
    "chromium": Component(
        find=lambda: _program("chromium", "chromium-browser", "google-chrome"),
        install="sudo apt-get install chromium fonts-noto-core",
    ),
    "postgres": Component(find=_postgres_bin, install="sudo apt-get install postgresql"),
    "redis": Component(find=lambda: _program("redis-server"), install="sudo apt-get install redis-server"),
    # Real feeds, messages and labelled texts that we may not publish: the one component no command can install.
    "shared": Component(find=_shared, install="(nothing installs it: the team's folder beside the checkout)"),
}


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Close with what was not run and the command that would let it run."""
    reasons: dict[str, int] = {}
    for report in terminalreporter.getreports("skipped"):
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
        reason = reason.removeprefix("Skipped: ").removeprefix(f"{NOT_RUN}: ")
        reasons[reason] = reasons.get(reason, 0) + 1
    if not reasons:
        return
    terminalreporter.section(NOT_RUN, sep="=", yellow=True)
    for reason, count in sorted(reasons.items()):
        terminalreporter.line(f"{count} test{'s' if count > 1 else ''}: {reason}")


def pytest_sessionfinish(session: pytest.Session) -> None:
    """With CI=true a skipped test is a failed run, whatever skipped it."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if in_ci() and reporter is not None and reporter.stats.get("skipped") and session.exitstatus == pytest.ExitCode.OK:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
