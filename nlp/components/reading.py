"""What the components have read in one text so far: the board they all write on (kept in `doc.user_data`)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from falselight.tags import Reason, Route
from nlp.language import Language
from nlp.lexicon.words import Words, split
from nlp.normalise import Folded, fold

PlaceRole = Literal["origin", "transit", "destination"]


@dataclass(frozen=True, slots=True)
class Hit:
    """A phrase of a lexicon in the text. `start`, `end`: half-open, in the text as given; `phrase`: the lexicon's words."""

    kind: Literal["lure", "narrative", "stance", "topic"]
    label: str
    phrase: str
    start: int
    end: int
    language: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceHit:
    """A place named in the text.

    `country`: ISO 3166-1 alpha-2, None for seas and regions of several countries; `place`: id in the gazetteer (`PL`,
    `city:minsk`); `form`: `name`, `demonym` (people, adjective) or `flag`; `role`: what the words around it make of it;
    `first`, `last`: the words that it takes up, half-open, -1 for flags; `ending`: what its last word adds to the name.
    """

    place: str
    country: str | None
    type: str
    text: str
    start: int
    end: int
    form: Literal["name", "demonym", "flag"] = "name"
    role: PlaceRole | None = None
    first: int = -1
    last: int = -1
    ending: str = ""


@dataclass(frozen=True, slots=True)
class PriceHit:
    """An amount of money. `currency`: ISO 4217, or `XXX` where the word leaves it open (dinar, lira without a country)."""

    amount: float
    currency: str
    text: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class ActorHit:
    """A transport operator, official body or outlet. `kind`: `operator`, `official` or `outlet`; `actor`: its id."""

    actor: str
    kind: Literal["operator", "official", "outlet"]
    text: str
    start: int
    end: int


@dataclass(slots=True)
class Reading:
    """One text with everything found so far; None where no component has looked yet.

    `norms`: folded form of each spaCy token, where our own tokenizer made them; `cue_ends`: word after a direction word → role;
    `movement`: indices of the words of travelling.
    """

    text: str
    hint: str | None = None
    norms: list[str] | None = None
    folded: Folded = field(init=False)
    words: Words = field(init=False)
    language: Language | None = None
    cue_ends: dict[int, PlaceRole] | None = None
    movement: frozenset[int] | None = None
    hits: tuple[Hit, ...] | None = None
    places: tuple[PlaceHit, ...] | None = None
    prices: tuple[PriceHit, ...] | None = None
    actors: tuple[ActorHit, ...] | None = None
    routes: tuple[tuple[Route, tuple[Reason, ...]], ...] | None = None
    route_chance: float = 0.0
    corridors: tuple[tuple[str, tuple[Reason, ...]], ...] | None = None

    def __post_init__(self) -> None:
        self.folded = fold(self.text)
        self.words = split(self.folded.text)

    def span(self, first: int, last: int) -> tuple[int, int]:
        """Words `first` to before `last` as characters of the text as given."""
        return self.folded.span(self.words.starts[first], self.words.ends[last - 1])
