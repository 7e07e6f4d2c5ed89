"""What tagging promises to the rest of the house."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np

from falselight.tags import Reason, Route


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """What a tagger reads. `language_hint`: what the source says of itself; None where it says nothing."""

    id: str
    text: str
    language_hint: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Label:
    """A label with its calibrated score (0–1, rounded to three places), who gave it and why (never empty)."""

    value: str
    score: float
    origin: str
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Tagged:
    """Everything that was found in one text. Offsets in reasons count characters of the text as given.

    `language`: ISO 639 code (`und` where too short), `script`: ISO 15924. `normalised`: folded text for search.
    `relevant`, `stance`: always given; narratives, lures and routes are empty where relevant.value is `no`.
    `unsure`: what a person should decide, as `lure:visa-offer`: labels not given though near, relevance or stance on edge.
    """

    id: str
    language: str
    script: str
    language_score: float
    normalised: str
    relevant: Label
    stance: Label
    narratives: tuple[Label, ...] = ()
    lures: tuple[Label, ...] = ()
    routes: tuple[tuple[Route, Label], ...] = ()
    corridors: tuple[Label, ...] = ()
    prices: tuple[Label, ...] = ()
    places: tuple[Label, ...] = ()
    actors: tuple[Label, ...] = ()
    unsure: tuple[Label, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Failed:
    """A text that could not be tagged: the reason code and the detail for a person."""

    id: str
    reason: str
    detail: str


class Tagger(Protocol):
    """Texts in, one result each out, in order; `revision` changes whenever the same text could get other tags."""

    revision: str

    def tag(self, texts: Iterable[Text]) -> Iterator[Tagged | Failed]:
        """One result per text, in order; one bad text never costs its neighbours."""


class Encoder(Protocol):
    """Texts to vectors. `name`: as in nlp/models.lock; `dims`: length of a vector; `languages`: ISO codes it knows."""

    name: str
    dims: int
    languages: frozenset[str]

    def encode(self, texts: list[str]) -> np.ndarray:
        """float32 array (len(texts), dims), rows of unit length, in order, whatever the batch."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Masked:
    """Text without private contacts and names. `contacts`: (kind, canonical value) pairs, to be hashed at once.

    `replacements`: (start, end) of the masked places in the *original* text, for tests and audits.
    """

    text: str
    contacts: tuple[tuple[str, str], ...] = ()
    replacements: tuple[tuple[int, int], ...] = field(default=())
