"""The shape of the data files: one frozen model per kind of entry, unknown fields refused.

Labels (stance, narrative, lure, corridor, actor, contact, attribute) share `Label`. Text *to* migrants (`Lure`) and
text *about* migrants (`Narrative`) are different classes with a fixed audience, so that no caller mixes them.
"""

from __future__ import annotations

import datetime
from typing import Annotated, Literal, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints, field_validator, model_validator

MIN_LANGUAGES = 6
"""Examples of a lure, narrative or stance cover at least so many languages (the brief of taxonomy v1)."""
MAX_QUOTE_WORDS = 8
"""Quotes stay a few words long: sources are told in our own words."""

Slug = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9]*(-[a-z0-9]+)*$")]
DocumentId = Annotated[str, StringConstraints(pattern=r"^[A-Za-z][A-Za-z0-9-]+$")]
TechniqueId = Annotated[str, StringConstraints(pattern=r"^(T\d{4}(\.\d{3})?|x-falselight-[a-z]+(-[a-z]+)*)$")]
Country = Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}(-[A-Z0-9]{1,3})?$")]
Language = Annotated[str, StringConstraints(pattern=r"^[a-z]{2,3}$")]
Version = Annotated[str, StringConstraints(pattern=r"^[1-9]\d*$")]
Words = Annotated[str, StringConstraints(min_length=1)]


class Entry(BaseModel):
    """Anything that stands in a data file: frozen, strict about fields, stripped of outer blanks."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)


class Source(Entry):
    """Where a definition comes from. `quote` is None where the passage is only told in our words."""

    document: DocumentId
    passage: Words
    quote: Words | None = None

    @field_validator("quote")
    @classmethod
    def _short(cls, quote: str | None) -> str | None:
        if quote and len(quote.split()) > MAX_QUOTE_WORDS:
            raise ValueError(f"quote has more than {MAX_QUOTE_WORDS} words: shorten it and tell the rest in `passage`")
        return quote


class Example(Entry):
    """A text that gets the label."""

    lang: Language
    text: Words


class CounterExample(Entry):
    """A text that looks alike and must not get the label; `instead` is the label it gets, None for none at all."""

    lang: Language
    text: Words
    why: Words
    instead: Slug | None = None


class Answer(Entry):
    """The verified answer that fits; `id` is looked up in falselight.answers, `facts` in facts.yml."""

    id: Slug
    content: Words
    facts: tuple[Slug, ...] = ()


def _flatten_examples(value: object) -> object:
    """`{en: [text, …]}` as in the files → a list of {lang, text}; anything else is left for pydantic to refuse."""
    if not isinstance(value, dict):
        return value
    return [{"lang": lang, "text": text} for lang, texts in value.items() for text in texts]


Examples = Annotated[tuple[Example, ...], BeforeValidator(_flatten_examples)]


class Label(Entry):
    """What all labels have. `answer` is None where nothing is to be answered (a contact, an attribute)."""

    kind: str
    id: Slug
    title: Words
    definition: Words
    is_not: Annotated[tuple[Words, ...], Field(min_length=1)]
    source: Annotated[tuple[Source, ...], Field(min_length=1)]
    disarm: tuple[TechniqueId, ...]
    examples: Examples = ()
    counter_examples: tuple[CounterExample, ...] = ()
    answer: Answer | None = None
    since: Version

    @property
    def ref(self) -> str:
        """The id with its kind, such as `lure:visa-offer`; `Taxonomy.label` takes both forms."""
        return f"{self.kind}:{self.id}"

    @property
    def languages(self) -> frozenset[str]:
        """Languages of the examples."""
        return frozenset(example.lang for example in self.examples)


class TextLabel(Label):
    """A label given for what a text says: needs an answer, two counter-examples and examples in several languages."""

    examples: Examples
    counter_examples: Annotated[tuple[CounterExample, ...], Field(min_length=2)]
    answer: Answer

    @field_validator("examples")
    @classmethod
    def _enough_languages(cls, examples: tuple[Example, ...]) -> tuple[Example, ...]:
        found = {example.lang for example in examples}
        if len(found) < MIN_LANGUAGES:
            raise ValueError(f"examples in {len(found)} languages, at least {MIN_LANGUAGES} are needed")
        return examples


class Stance(TextLabel):
    """What the text does with a claim, offer or call: exactly one per text."""

    kind: Literal["stance"] = "stance"


class Narrative(TextLabel):
    """A story about migrants, told to societies."""

    kind: Literal["narrative"] = "narrative"
    audience: Literal["about-migrants"]


class Lure(TextLabel):
    """An offer, promise or call to people who move."""

    kind: Literal["lure"] = "lure"
    audience: Literal["to-migrants"]


class CorridorRule(Entry):
    """A condition on a route: every key given must match with any of its values; an empty key asks nothing."""

    origin: tuple[Country, ...] = ()
    transit: tuple[Country, ...] = ()
    destination: tuple[Country, ...] = ()
    places: tuple[Words, ...] = ()
    not_places: tuple[Words, ...] = ()
    lures: tuple[Slug, ...] = ()

    @model_validator(mode="after")
    def _asks_something(self) -> Self:
        if not (self.origin or self.transit or self.destination or self.places):
            raise ValueError("a rule needs at least one of origin, transit, destination, places")
        return self


class Corridor(Label):
    """A named way to Europe. `borders`: (from, to) pairs for maps; `rules` decide whether a route belongs to it."""

    kind: Literal["corridor"] = "corridor"
    borders: Annotated[tuple[tuple[Country, Country], ...], Field(min_length=1)]
    rules: Annotated[tuple[CorridorRule, ...], Field(min_length=1)]
    answer: Answer


class Actor(Label):
    """A kind of organisation or office named in a post; never a private person."""

    kind: Literal["actor"] = "actor"


class Contact(Label):
    """A way to reach the one who offers, kept only as a keyed hash."""

    kind: Literal["contact"] = "contact"
    kept_as: Literal["keyed-hash"]


class Attribute(Label):
    """What else a text carries: whether it is relevant, its routes, a price."""

    kind: Literal["attribute"] = "attribute"


class Technique(Entry):
    """A DISARM technique or our extension; `nearest` is the DISARM id an own one comes closest to, None for none."""

    id: TechniqueId
    title: Words
    nearest: TechniqueId | None


class Document(Entry):
    """A document that sources name. `file` is its text beside the project, None where none is kept."""

    id: DocumentId
    title: Words
    publisher: Words
    date: datetime.date | None
    file: Words | None


class Fact(Entry):
    """A reference figure or event. `value` None: event without a figure; `country` None: the EU or several states."""

    id: Slug
    title: Words
    value: int | None
    unit: Words | None
    precision: Literal["exactly", "more-than", "up-to", "about"]
    country: Country | None
    as_of: datetime.date
    source: Source


class Redirect(Entry):
    """A retired id and the one that took its place."""

    from_id: Slug = Field(alias="from")
    to_id: Slug = Field(alias="to")
    since: Version
    reason: Words
