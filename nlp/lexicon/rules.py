"""Rules of routes and corridors (routes/countries.yml, routes/corridors.yml), checked when read."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

from nlp.lexicon.loader import LexiconError, phrase_words, read_yaml
from nlp.lexicon.trie import Trie


@dataclass(frozen=True, slots=True)
class CountryRules:
    """What part a country usually plays, one sign among others; `rank`: how far along the ways a destination lies."""

    origin: frozenset[str]
    either: frozenset[str]
    transit: frozenset[str]
    rank: dict[str, int]


@dataclass(frozen=True, slots=True)
class Pair:
    """From one of these countries to one of those, unless one of `unless` is named, too."""

    sources: frozenset[str]
    targets: frozenset[str]
    unless: frozenset[str]


@dataclass(frozen=True, slots=True)
class CorridorRule:
    """`alone`: countries that are enough where no other country of a corridor is named, `alone_moving`: the same beside words
    of travelling; `places`: gazetteer ids whose name is enough."""

    label: str
    pairs: tuple[Pair, ...]
    alone: frozenset[str]
    alone_moving: frozenset[str]
    places: frozenset[str]


@cache
def country_rules() -> CountryRules:
    """Read countries.yml once a process."""
    data = read_yaml(resources.files("nlp.lexicon.routes").joinpath("countries.yml"))
    origin, either, transit = (frozenset(data[key]) for key in ("origin", "either", "transit"))
    if twice := (origin & either) | (origin & transit) | (either & transit):
        raise LexiconError(f"routes/countries.yml: in two lists: {sorted(twice)}")
    rank = {str(code): int(far) for code, far in data["destination"].items()}
    return CountryRules(origin, either, transit, rank)


@cache
def corridor_rules() -> tuple[CorridorRule, ...]:
    """Read corridors.yml once a process."""
    data = read_yaml(resources.files("nlp.lexicon.routes").joinpath("corridors.yml"))
    return tuple(_corridor(str(label), rule) for label, rule in data["corridors"].items())


def _corridor(label: str, rule: dict[str, Any]) -> CorridorRule:
    if unknown := set(rule) - {"pairs", "alone", "alone_moving", "places", "cues"}:
        raise LexiconError(f"routes/corridors.yml, {label}: unknown keys {sorted(unknown)}")
    pairs = (Pair(frozenset(p["from"]), frozenset(p["to"]), frozenset(p.get("unless", ()))) for p in rule["pairs"])
    return CorridorRule(
        label, tuple(pairs), frozenset(rule["alone"]), frozenset(rule["alone_moving"]), frozenset(rule["places"])
    )


@cache
def corridor_cues() -> Trie[tuple[str, str]]:
    """Words that name a corridor → (label, language)."""
    data = read_yaml(resources.files("nlp.lexicon.routes").joinpath("corridors.yml"))
    trie: Trie[tuple[str, str]] = Trie()
    for label, rule in data["corridors"].items():
        for language, phrases in (rule.get("cues") or {}).items():
            for phrase in phrases:
                trie.add(
                    phrase_words(phrase, f"routes/corridors.yml, {label}, {language}"), (str(label), str(language))
                )
    return trie


@cache
def movement_words() -> Trie[str]:
    """Words of travelling and crossing → language."""
    return _by_language("movement")


@cache
def not_places() -> Trie[str]:
    """Words that look like place names and are none → language."""
    return _by_language("not_places")


def _by_language(key: str) -> Trie[str]:
    data = read_yaml(resources.files("nlp.lexicon.routes").joinpath("movement.yml"))
    trie: Trie[str] = Trie()
    for language, phrases in data[key].items():
        for phrase in phrases:
            trie.add(phrase_words(phrase, f"routes/movement.yml, {key}, {language}, {phrase!r}"), str(language))
    return trie
