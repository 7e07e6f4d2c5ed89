"""Which corridors a text speaks of, by the rules of routes/corridors.yml, each with the rule that says so."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache

from falselight.tags import Reason
from nlp.components.language import language_of
from nlp.components.phrases import counts_in
from nlp.components.reading import PlaceHit, Reading
from nlp.lexicon.rules import CorridorRule, corridor_cues, corridor_rules

Corridors = tuple[tuple[str, tuple[Reason, ...]], ...]
_SOURCE = "routes/corridors.yml"


def corridors_of(reading: Reading, places: tuple[PlaceHit, ...], moves: bool) -> Corridors:
    """Corridors with at least one reason, in the order of the rules; `moves`: the text has words of travelling."""
    named = _cues(reading)
    first: dict[str, PlaceHit] = {}
    for hit in places:
        if hit.country is not None:
            first.setdefault(hit.country, hit)
    found = []
    for rule in corridor_rules():
        reasons = [
            *_by_places(rule, places),
            *_by_pairs(rule, first),
            *_alone(rule, first, moves),
            *named.get(rule.label, ()),
        ]
        if reasons:
            found.append((rule.label, tuple(reasons)))
    return tuple(found)


def _by_places(rule: CorridorRule, places: tuple[PlaceHit, ...]) -> Iterator[Reason]:
    for hit in places:
        if hit.place in rule.places:
            yield Reason(kind="rule", text=f"{rule.label}: {hit.text}", start=hit.start, end=hit.end, source=_SOURCE)


def _by_pairs(rule: CorridorRule, first: Mapping[str, PlaceHit]) -> Iterator[Reason]:
    for pair in rule.pairs:
        sources, targets = (sorted(pair.sources & first.keys()), sorted(pair.targets & first.keys()))
        if sources and targets and not pair.unless & first.keys():
            yield _reason(f"{rule.label}: {sources[0]} and {targets[0]}", first[sources[0]])


def _alone(rule: CorridorRule, first: Mapping[str, PlaceHit], moves: bool) -> Iterator[Reason]:
    countries = rule.alone | rule.alone_moving if moves else rule.alone
    for code in sorted(countries & first.keys()):
        if not (_corridor_countries() & first.keys()) - {code}:
            yield _reason(f"{rule.label}: {code} alone", first[code])


@cache
def _corridor_countries() -> frozenset[str]:
    """Countries that any corridor's rule for lone countries names."""
    return frozenset().union(*(rule.alone | rule.alone_moving for rule in corridor_rules()), {"ES", "HU", "RO", "IR"})


def _reason(text: str, hit: PlaceHit) -> Reason:
    return Reason(kind="rule", text=text, start=hit.start, end=hit.end, source=_SOURCE)


def _cues(reading: Reading) -> dict[str, list[Reason]]:
    found: dict[str, list[Reason]] = {}
    language = language_of(reading)
    for first, last, (label, cue_language) in corridor_cues().find(reading.words):
        if counts_in(language, cue_language, reading.words.keys[first][0]):
            start, end = reading.span(first, last)
            reason = Reason(
                kind="rule", text=f"{label}: {reading.text[start:end]}", start=start, end=end, source=_SOURCE
            )
            found.setdefault(label, []).append(reason)
    return found
