"""What a rule and a digest are: data files with a strict shape, checked against the taxonomy."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Annotated, Literal, Self
from zoneinfo import ZoneInfo, available_timezones

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, field_validator, model_validator

from falselight.index import Field as IndexField
from falselight.taxonomy import Label, Source, load_taxonomy

Severity = Literal["low", "medium", "high", "critical"]
SEVERITIES: tuple[Severity, ...] = ("low", "medium", "high", "critical")
# No `author`, `contact`, `channel`: rules watch routes, lures and outlets, never a person (DESIGN §7).
Grouped = Literal["language", "platform", "source", "stance", "narrative", "lure", "corridor"]

Slug = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9]*(-[a-z0-9]+)*$", max_length=60)]
Words = Annotated[str, StringConstraints(min_length=1)]
Filters = Mapping[IndexField, tuple[str, ...]]


class Entry(BaseModel):
    """Anything in a file of rules: frozen, unknown fields refused."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)


class QueryData(Entry):
    """Which posts: field → values, any of which may match; `any` stands for every label of that kind."""

    language: tuple[str, ...] = ()
    platform: tuple[str, ...] = ()
    source: tuple[str, ...] = ()
    author_kind: tuple[str, ...] = ()
    relevant: tuple[Literal["yes", "no"], ...] = ()
    stance: Literal["any"] | tuple[str, ...] = ()
    narrative: Literal["any"] | tuple[str, ...] = ()
    lure: Literal["any"] | tuple[str, ...] = ()
    corridor: Literal["any"] | tuple[str, ...] = ()

    @field_validator("stance", "narrative", "lure", "corridor")
    @classmethod
    def _known(cls, value: str | tuple[str, ...], info: object) -> str | tuple[str, ...]:
        known = [label.id for label in labels_of(info.field_name)]  # type: ignore[attr-defined]
        wrong = [name for name in value if name not in known] if value != "any" else []
        if wrong:
            raise ValueError(f"no such label: {', '.join(wrong)}; write `any` or some of {', '.join(known)}")
        return value

    def filters(self) -> Filters:
        """The filters for the index, `any` spelt out; fields that ask nothing are left out."""
        given: dict[IndexField, tuple[str, ...]] = {}
        for name in type(self).model_fields:
            value = getattr(self, name)
            if value:
                everything = tuple(label.id for label in labels_of(name)) if value == "any" else value
                given[name] = everything  # type: ignore[index]  # the fields of this model are fields of the index
        return given


class Threshold(Entry):
    """At least `count` posts within `window_hours`."""

    kind: Literal["threshold"]
    count: int = Field(ge=1)
    window_hours: int = Field(ge=1, le=24 * 14)


class Planted(Entry):
    """Posts that a rule's own test plants: so many, so many hours before now, spread over so many channels."""

    count: int = Field(ge=1)
    hours_ago: int = Field(ge=0)
    channels: int = Field(ge=1)
    stance: str = "promotes"


class RuleTest(Entry):
    """Planted posts and the severity that must come of them; None: the rule must stay silent."""

    name: Words
    posts: tuple[Planted, ...]
    severity: Severity | None


class Rule(Entry):
    """One alert rule. `headline`: with `{posts}` ("17 posts") and `{key}`; `severity`: from which count each holds.

    `quiet_hours`: after so long without a finding the incident is closed. `retired`: day and reason; None: it lives.
    """

    id: Slug
    title: Words
    headline: Words
    question: Words
    why: Words
    source: Source
    query: QueryData
    group_by: Grouped
    detector: Threshold
    min_channels: int = Field(ge=1)
    severity: dict[Severity, int] = Field(min_length=1)
    quiet_hours: int = Field(ge=1)
    triage: tuple[Words, ...] = Field(min_length=1)
    false_alarms: tuple[Words, ...] = Field(min_length=1)
    since: datetime.date
    retired: Words | None
    tests: tuple[RuleTest, ...] = Field(min_length=2)

    @field_validator("headline")
    @classmethod
    def _two_places(cls, headline: str) -> str:
        try:
            filled = headline.format(posts="\0posts", key="\0key")
        except (KeyError, IndexError, ValueError) as error:
            raise ValueError(f"write {{posts}} and {{key}}, no other braces ({error!r})") from None
        if "\0posts" not in filled or "\0key" not in filled:
            raise ValueError("must have both {posts} and {key}")
        return headline

    @field_validator("severity")
    @classmethod
    def _rising(cls, severity: dict[Severity, int]) -> dict[Severity, int]:
        counts = [severity[name] for name in SEVERITIES if name in severity]
        if sorted(set(counts)) != counts or list(severity) != [name for name in SEVERITIES if name in severity]:
            raise ValueError(f"write the severities in the order {', '.join(SEVERITIES)}, each from a higher count")
        return severity

    @model_validator(mode="after")
    def _starts_with_detector(self) -> Self:
        if min(self.severity.values()) != self.detector.count:
            raise ValueError(f"severity: the lowest must start at the detector's count, {self.detector.count}")
        return self

    def severity_of(self, count: int) -> Severity | None:
        """The highest severity that a count reaches; None below the threshold."""
        reached = [name for name, least in self.severity.items() if count >= least]
        return reached[-1] if reached else None


class Table(Entry):
    """A table of a digest: the most frequent values of a field with their change."""

    title: Words
    field: Grouped
    query: QueryData = QueryData()
    rows: int = Field(ge=1, le=20)


class PostList(Entry):
    """A list of quoted posts of a digest, newest first, one per group of copies."""

    title: Words
    query: QueryData
    at_most: int = Field(ge=1, le=20)


class Digest(Entry):
    """One regular mail. `hour`: due from then on by the clock of `time_zone`; its window ends exactly then."""

    id: Slug
    title: Words
    question: Words
    hour: int = Field(ge=0, le=23)
    time_zone: str
    window_hours: int = Field(ge=1, le=24 * 14)
    query: QueryData
    tables: tuple[Table, ...]
    posts: tuple[PostList, ...]
    since: datetime.date
    retired: Words | None

    @field_validator("time_zone")
    @classmethod
    def _zone(cls, name: str) -> str:
        if name not in available_timezones():
            raise ValueError(f"no time zone {name!r}; write one such as Europe/Brussels")
        return name

    @property
    def zone(self) -> ZoneInfo:
        """The zone by whose clock the digest is due."""
        return ZoneInfo(self.time_zone)


def labels_of(kind: str) -> tuple[Label, ...]:
    """All living labels of a kind; empty for fields that have no labels."""
    return tuple(label for label in load_taxonomy().labels if label.kind == kind)
