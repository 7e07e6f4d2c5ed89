"""Titles that an analyst reads in place of ids."""

from __future__ import annotations

from functools import cache

from babel import Locale

from falselight.taxonomy import UnknownLabel, load_taxonomy

FIELD_TITLES = {
    "relevant": "Relevant",
    "stance": "Stance",
    "lure": "Lures (to migrants)",
    "narrative": "Narratives (about migrants)",
    "corridor": "Corridor",
    "route": "Route",
    "unsure": "To be decided by a person",
    "language": "Language",
    "platform": "Platform",
    "author_kind": "Kind of author",
    "source": "Source",
    "author": "Publisher",
    "actor": "Actor",
    "price": "Price",
    "place": "Place",
}
_RELEVANT = {"yes": "Relevant", "no": "Not relevant"}
_PLATFORMS = {"rss": "News feed", "telegram": "Telegram", "file": "Imported file"}
# What the Unicode tables name otherwise than the analysts, or not at all.
_LANGUAGES = {"ckb": "Sorani Kurdish", "kmr": "Kurmanji Kurdish", "prs": "Dari", "sdh": "Southern Kurdish"}
_KINDS = {"outlet": "outlet", "official": "official voice", "channel": "channel", "person": "private person"}


def title(kind: str, value: str) -> str:
    """The title of a value of a field or tag kind; the value itself where nobody has given it a title."""
    if kind == "language":
        return language(value)
    if kind == "route":
        return route(value)
    if kind == "relevant":
        return _RELEVANT.get(value, value)
    if kind == "author_kind":
        return author_kind(value)
    if kind == "platform":
        return _PLATFORMS.get(value, value)
    if kind == "unsure":
        return _unsure(value)
    return _label(kind, value)[0]


def _unsure(value: str) -> str:
    """`lure:visa-offer` as the title of that lure, its kind before it."""
    kind, colon, label = value.partition(":")
    if not colon or kind == "unsure":
        return value
    return f"{FIELD_TITLES.get(kind, kind).partition(' (')[0]}: {title(kind, label)}"


def definition(kind: str, value: str) -> str:
    """The taxonomy's definition of a label; empty for what is no label."""
    return _label(kind, value)[1]


def author_kind(kind: str) -> str:
    """The kind of author in words."""
    return _KINDS.get(kind, kind)


def route(value: str) -> str:
    """`IQ>BY+PL>DE` as `IQ → BY, PL → DE`; an unknown end is `?`."""
    ends = value.split(">")
    if len(ends) != 3:
        return value
    origin, transit, destination = ends
    parts = [origin or "?", *([transit.replace("+", ", ")] if transit else []), destination or "?"]
    return " → ".join(parts)


@cache
def language(code: str) -> str:
    """The English name of a language; its code where there is none."""
    return _LANGUAGES.get(code) or str(Locale("en").languages.get(code.replace("-", "_"), code))


@cache
def _label(kind: str, value: str) -> tuple[str, str]:
    try:
        label = load_taxonomy().label(f"{kind}:{value}")
    except UnknownLabel:
        return value, ""
    return label.title, label.definition
