"""What a platform module implements: fetch pages, parse what was fetched. Nothing else is asked of it."""

from __future__ import annotations

import importlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from connectors.catalogue import Source
from connectors.http import HttpClient
from falselight.post import Draft, RawItem, Refused

Cursor = dict[str, Any]  # JSON-ready; only its own connector reads it


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """The smallest thing that is stored at once.

    `raws`: the listing first (feed, channel page, file), then what it led to (article pages).
    `cursor`: from where to go on once this page is stored; a run killed before that fetches the page again.
    """

    raws: tuple[RawItem, ...]
    cursor: Cursor = field(default_factory=dict)


class Connector(Protocol):
    """One platform. `parse` is pure: the same raws give the same drafts for ever, so evidence can be parsed again."""

    platform: str

    def fetch(self, source: Source, cursor: Cursor, http: HttpClient) -> Iterator[Page]:
        """Pages that are new since `cursor` ({} at first). Raises Retry (later), Halt (source needs a person)."""

    def parse(self, raws: Sequence[RawItem], source: Source) -> Iterator[Draft | Refused]:
        """Every item of one page, each as a draft or as refused with its reason; never raises for one bad item.

        A page that is no page of this platform at all (HTML in place of a feed) is one Refused for the whole page.
        """


def connector(platform: str) -> Connector:
    """The connector module `connectors/<platform>.py`; ValueError says which platforms there are."""
    from connectors.cards import platforms  # the cards name the platforms: no registry to edit

    if platform not in platforms():
        raise ValueError(f"no platform {platform!r}; there are: {', '.join(sorted(platforms()))}")
    module = importlib.import_module(f"connectors.{platform}")
    made: Connector = module.CONNECTOR
    return made
