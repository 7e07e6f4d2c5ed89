"""The opened house: all stores of one installation, handed to every stage."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from connectors.catalogue import Catalogue, load_catalogue
from connectors.http import HttpClient, HttpLimits
from falselight.evidence import Evidence
from falselight.ids import KeyedHasher
from falselight.index import Index, open_index
from falselight.landing import Landing
from falselight.sample import CATALOGUE
from falselight.settings import Settings
from falselight.state import State


@dataclass(frozen=True, slots=True, kw_only=True)
class House:
    """Settings, catalogue and the four places that keep things (DESIGN §2)."""

    settings: Settings
    catalogue: Catalogue
    state: State
    landing: Landing
    evidence: Evidence
    index: Index
    hasher: KeyedHasher

    def http(self) -> HttpClient:
        """A new HTTP client with the limits of the settings; close it after use."""
        return HttpClient(http_limits(self.settings))


@contextmanager
def open_house(settings: Settings, sources: tuple[Path, ...] = ()) -> Iterator[House]:
    """Open every store and close them at the end. `sources`: catalogue files; empty means those of the settings."""
    state = State(settings.state_location)
    index = open_index(settings.index_location)
    try:
        yield House(
            settings=settings,
            catalogue=catalogue_of(settings, sources),
            state=state,
            landing=Landing(settings.landing_location),
            evidence=Evidence(settings.evidence_location),
            index=index,
            hasher=settings.hasher(),
        )
    finally:
        index.close()
        state.close()


def catalogue_of(settings: Settings, sources: tuple[Path, ...] = ()) -> Catalogue:
    """The catalogue named by the call, else by the settings, else the bundled sample."""
    return load_catalogue(sources or settings.sources or (CATALOGUE,))


def http_limits(settings: Settings) -> HttpLimits:
    """The part of the settings that the HTTP client obeys."""
    return HttpLimits(
        user_agent=settings.http_user_agent,
        delay_seconds=settings.http_delay_seconds,
        timeout_seconds=settings.http_timeout_seconds,
        total_seconds=settings.http_total_seconds,
        max_bytes=settings.http_max_bytes,
        allow_private=settings.http_allow_private,
        resolve=dict(settings.http_resolve),
    )
