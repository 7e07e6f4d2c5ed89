"""doctor: is every component there that the settings name, and if not, how is it started."""

from __future__ import annotations

import smtplib
from collections.abc import Callable
from dataclasses import dataclass

from falselight.evidence import Evidence
from falselight.index import Query, open_index
from falselight.landing import Landing
from falselight.settings import Settings
from falselight.stages.house import catalogue_of
from falselight.state import State


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One component, whether it answers, and what it says or how to start it."""

    component: str
    ok: bool
    detail: str


def examine(settings: Settings) -> list[Finding]:
    """Ask every component once; never raises."""
    checks: dict[str, Callable[[], str]] = {
        "catalogue": lambda: f"{len(catalogue_of(settings).sources)} sources",
        "state": lambda: _state(settings),
        "landing": lambda: f"{len(Landing(settings.landing_location).names())} batches in {settings.landing_location}",
        "evidence": lambda: (
            f"{len(Evidence(settings.evidence_location).names())} batches in {settings.evidence_location}"
        ),
        "index": lambda: _index(settings),
        "pseudonym key": lambda: _key(settings),
        "tagger": lambda: _tagger(settings),
        "mail server": lambda: _mail(settings),
    }
    return [_finding(name, check) for name, check in checks.items()]


def _finding(name: str, check: Callable[[], str]) -> Finding:
    try:
        return Finding(component=name, ok=True, detail=check())
    except Exception as error:  # noqa: BLE001 - whatever it is, the person at the keyboard should read it and go on to the next
        return Finding(component=name, ok=False, detail=f"{type(error).__name__}: {error}")


def _key(settings: Settings) -> str:
    settings.hasher()
    return "readable"


def _state(settings: Settings) -> str:
    state = State(settings.state_location)
    state.close()
    return state.engine.dialect.name


def _index(settings: Settings) -> str:
    index = open_index(settings.index_location)
    try:
        return f"{index.count(Query()):,} posts"
    finally:
        index.close()


def _tagger(settings: Settings) -> str:
    from nlp.tagger import build_tagger

    return build_tagger(settings.encoder).revision


def _mail(settings: Settings) -> str:
    where = f"{settings.smtp_host}:{settings.smtp_port}"
    try:
        with smtplib.SMTP(settings.smtp_host, settings.smtp_port, timeout=5) as server:
            return f"{where} answers {server.noop()[0]}"
    except OSError as error:
        hint = "start it, or set FALSELIGHT_SMTP_HOST and FALSELIGHT_SMTP_PORT"
        raise OSError(f"{where} does not answer ({error}); {hint}") from error
