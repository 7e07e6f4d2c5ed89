"""The whole taxonomy in one frozen object: ask it for labels by id."""

from __future__ import annotations

import difflib
from functools import cached_property
from typing import Literal

from pydantic import BaseModel, ConfigDict

from falselight.taxonomy.errors import FOLDER, UnknownLabel
from falselight.taxonomy.indicators import Family, Indicator
from falselight.taxonomy.models import (
    Actor,
    Attribute,
    Contact,
    Corridor,
    Document,
    Fact,
    Label,
    Lure,
    Narrative,
    Redirect,
    Stance,
    Technique,
)

FILE_OF_KIND = {
    "stance": "stances.yml",
    "narrative": "narratives.yml",
    "lure": "lures.yml",
    "corridor": "corridors.yml",
    "actor": "actors.yml",
    "contact": "contacts.yml",
    "attribute": "attributes.yml",
}


class Taxonomy(BaseModel):
    """All labels, indicators and what they refer to; tuples keep the order of the files."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    version: Literal["1"] = "1"
    stances: tuple[Stance, ...]
    narratives: tuple[Narrative, ...]
    lures: tuple[Lure, ...]
    corridors: tuple[Corridor, ...]
    actors: tuple[Actor, ...]
    contacts: tuple[Contact, ...]
    attributes: tuple[Attribute, ...]
    families: tuple[Family, ...]
    techniques: tuple[Technique, ...]
    documents: tuple[Document, ...]
    facts: tuple[Fact, ...]
    redirects: tuple[Redirect, ...]

    @cached_property
    def labels(self) -> tuple[Label, ...]:
        """Every living label of every kind."""
        return (
            *self.stances,
            *self.narratives,
            *self.lures,
            *self.corridors,
            *self.actors,
            *self.contacts,
            *self.attributes,
        )

    @cached_property
    def indicators(self) -> tuple[Indicator, ...]:
        """The sub-indicators of all four families."""
        return tuple(indicator for family in self.families for indicator in family.indicators)

    def label(self, label_id: str) -> Label:
        """The label of `visa-offer` or `lure:visa-offer`, following redirects. Raises UnknownLabel (a KeyError)."""
        kind, _, bare = label_id.rpartition(":")
        label = self._by_id.get(self._follow(bare))
        if label is None or (kind and label.kind != kind):
            raise self._unknown(label_id)
        return label

    def resolve(self, label_id: str) -> str:
        """The bare id of the living label that an id, old or new, stands for. Raises UnknownLabel (a KeyError)."""
        return self.label(label_id).id

    def indicator(self, indicator_id: str) -> Indicator:
        """The sub-indicator of an id. Raises UnknownLabel (a KeyError)."""
        for indicator in self.indicators:
            if indicator.id == indicator_id:
                return indicator
        known = tuple(indicator.id for indicator in self.indicators)
        hint = f"indicators stand in {FOLDER}/early_warning.yml: {', '.join(known)}"
        raise UnknownLabel(indicator_id, known=known, hint=hint)

    def fact(self, fact_id: str) -> Fact:
        """The reference figure of an id. Raises UnknownLabel (a KeyError)."""
        for fact in self.facts:
            if fact.id == fact_id:
                return fact
        known = tuple(fact.id for fact in self.facts)
        raise UnknownLabel(fact_id, known=known, hint=f"facts stand in {FOLDER}/facts.yml: {', '.join(known)}")

    @cached_property
    def _by_id(self) -> dict[str, Label]:
        return {label.id: label for label in self.labels}

    @cached_property
    def _successor(self) -> dict[str, str]:
        return {redirect.from_id: redirect.to_id for redirect in self.redirects}

    def _follow(self, label_id: str) -> str:
        """The last id of a chain of redirects; the loader has refused circles, so the walk ends."""
        while label_id in self._successor:
            label_id = self._successor[label_id]
        return label_id

    def _unknown(self, label_id: str) -> UnknownLabel:
        kind, _, bare = label_id.rpartition(":")
        known = tuple(self._by_id)
        near = difflib.get_close_matches(bare, known, n=3)
        meant = f"did you mean {', '.join(self._by_id[name].ref for name in near)}? " if near else ""
        where = FILE_OF_KIND.get(kind, "*.yml")
        todo = (
            f"labels stand in {FOLDER}/{where}: add it there, or, for a renamed one, a line in {FOLDER}/redirects.yml"
        )
        return UnknownLabel(label_id, known=known, hint=meant + todo)
