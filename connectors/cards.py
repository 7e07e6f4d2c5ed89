"""Cards: what a person has to know of a platform, `connectors/<platform>.yml`; the cards name the platforms."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import Any

import yaml
from pydantic import BaseModel, ConfigDict, Field


class Card(BaseModel):
    """One platform, for people; `settings` are the few numbers and names that its module reads from here.

    `address`: what a source's `address` means. `native_id`: the platform's own stable id, from which post ids are
    made. `author_kind`: by which rule. `public`: what is public here and what is not taken. `legal`: terms and law.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    title: str
    address: str
    native_id: str
    author_kind: str
    public: str
    legal: str
    politeness: str
    known_gaps: tuple[str, ...] = Field(min_length=1)
    settings: dict[str, Any] = Field(default_factory=dict)


@cache
def platforms() -> frozenset[str]:
    """Names of all platforms: one per card."""
    found = [entry.name for entry in files("connectors").iterdir() if entry.name.endswith(".yml")]
    return frozenset(name.removesuffix(".yml") for name in found)


@cache
def card(platform: str) -> Card:
    """The card of a platform; ValueError says which there are."""
    if platform not in platforms():
        raise ValueError(f"no card for {platform!r}; there are: {', '.join(sorted(platforms()))}")
    text = files("connectors").joinpath(f"{platform}.yml").read_text("utf-8")
    return Card.model_validate(yaml.safe_load(text))
