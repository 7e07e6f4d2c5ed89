"""Errors named for what the caller does next; anything else that is raised is a bug.

`Retry` — come back later. `Quarantine` — set this one item aside, go on with its neighbours.
`Halt` — stop this stage; a person has to act. Every message says what happened, where, and what to do.
"""

from __future__ import annotations

from typing import ClassVar


class FalselightError(Exception):
    """Base of the errors that stages handle."""


class Retry(FalselightError):
    """The same call may succeed later; nothing is lost meanwhile.

    `after_seconds`: earliest sensible wait; None means the caller's own schedule decides.
    """

    def __init__(self, reason: str, *, after_seconds: float | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.after_seconds = after_seconds


class Quarantine(FalselightError):
    """One item cannot be used as it is.

    `reason`: short code from a shared vocabulary (`no-text`, `not-a-feed`, …), counted per stage.
    `detail`: what happened, where (line, element, field) and what to do, for a person.
    """

    def __init__(self, reason: str, detail: str = "") -> None:
        super().__init__(f"{reason}: {detail}" if detail else reason)
        self.reason = reason
        self.detail = detail


class Halt(FalselightError):
    """A stage cannot go on until somebody has acted; exit code 5."""

    exit_code: ClassVar[int] = 5


class Missing(Halt):
    """A component (server, model, key) is missing or down; the message names it and how to start it; exit code 3."""

    exit_code: ClassVar[int] = 3
