"""The shape of early_warning.yml (Clingendael 2022, 3.1.2): families, sub-indicators, and the counts that feed them."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from falselight.taxonomy.models import Entry, Slug, Source, Version, Words

FeedRef = Annotated[str, StringConstraints(pattern=r"^[a-z]+:(\*|[a-z0-9]+(-[a-z0-9]+)*)$")]
Measure = Literal["count", "share", "distinct-channels", "distinct-contacts", "new-routes", "new-clusters", "note"]


class Feed(Entry):
    """One count that feeds an indicator; as a string: `narrative:invasion count per week by state-media`.

    `label` is `kind:id`, `kind:*` for any label of the kind, or `external:…` for what an analyst enters.
    `by` None: posts of all authors. `along` None: one figure, not counted apart.
    """

    label: FeedRef
    measure: Measure
    per: Literal["day", "week"]
    by: Literal["state-media", "officials", "outlets"] | None = None
    along: Literal["corridor", "route", "origin", "destination", "language"] | None = None

    @property
    def is_external(self) -> bool:
        """Whether an analyst enters it: it is never taken from posts."""
        return self.label.startswith("external:")

    def __str__(self) -> str:
        words = f"{self.label} {self.measure} per {self.per}"
        words += f" by {self.by}" if self.by else ""
        return words + (f" along {self.along}" if self.along else "")


class Indicator(Entry):
    """A question that the early-warning board answers from its feeds."""

    id: Slug
    title: Words
    question: Words
    source: Source
    fed_by: Annotated[tuple[Feed, ...], Field(min_length=1)]


class Family(Entry):
    """One of the four indicator families."""

    id: Literal["intent", "potential", "territorial-vulnerability", "political-vulnerability"]
    title: Words
    definition: Words
    source: Source
    since: Version
    indicators: Annotated[tuple[Indicator, ...], Field(min_length=3, max_length=6)]
