"""From the parts that countries play to movements: who comes from where, by which countries, to which; and the words for it."""

from __future__ import annotations

from collections.abc import Sequence

from falselight.tags import Reason, Route
from nlp.components.parts import parts_of
from nlp.components.reading import PlaceHit, PlaceRole, Reading
from nlp.components.signs import Named, named_countries
from nlp.lexicon.gazetteer import english_names

_SOURCE = "model/routes.npz"
_CITY_TYPES = frozenset({"city", "crossing", "camp", "airport"})
_Movement = tuple[Route, tuple[Reason, ...]]


def routes_of(reading: Reading, places: Sequence[PlaceHit]) -> tuple[tuple[_Movement, ...], float]:
    """The movements that the text names, each with the words it rests on, and how likely they are (0–1).

    None where it only names countries.
    """
    named = named_countries(places)
    parts, chance = parts_of(reading, named)
    origins, stops, ends = (_playing(named, parts, part) for part in ("origin", "transit", "destination"))
    if not stops and not ends:
        return (), chance
    stops = sorted(stops, key=lambda country: _best(country, "transit").start)
    nobody: list[Named | None] = [None]
    pairs = [(origin, end) for origin in origins or nobody for end in ends or nobody]
    return tuple((_route(origin, stops, end), _reasons(reading, origin, stops, end)) for origin, end in pairs), chance


def _playing(named: Sequence[Named], parts: Sequence[PlaceRole | None], part: str) -> list[Named]:
    return [country for country, its in zip(named, parts, strict=True) if its == part]


def _best(country: Named, part: str) -> PlaceHit:
    """The place that says the part best: by a direction word, else by a name rather than an adjective."""
    return max(country.hits, key=lambda hit: (hit.role == part, hit.role is not None, hit.form != "demonym"))


def _route(origin: Named | None, stops: Sequence[Named], end: Named | None) -> Route:
    named = [country for country in (origin, *stops, end) if country is not None]
    hits = sorted(
        (hit for country in named for hit in country.hits if hit.type in _CITY_TYPES), key=lambda hit: hit.start
    )
    return Route(
        origin=origin.code if origin else None,
        transit=tuple(stop.code for stop in stops),
        destination=end.code if end else None,
        cities=tuple(dict.fromkeys(english_names().get(hit.place, hit.text) for hit in hits)),
    )


def _reasons(reading: Reading, origin: Named | None, stops: Sequence[Named], end: Named | None) -> tuple[Reason, ...]:
    parts = [("origin", origin), *(("transit", stop) for stop in stops), ("destination", end)]
    return tuple(_reason(reading, part, country) for part, country in parts if country is not None)


def _reason(reading: Reading, part: str, country: Named) -> Reason:
    """The place with the word before and behind it, as an analyst would quote it."""
    hit = _best(country, part)
    start, end = _quoted(reading, hit)
    text = f"{part} {country.code}: {reading.text[start:end]}"
    return Reason(kind="rule", text=text, start=start, end=end, source=_SOURCE)


def _quoted(reading: Reading, hit: PlaceHit) -> tuple[int, int]:
    if hit.first < 0:
        return hit.start, hit.end
    words = reading.words
    first = hit.first - 1 if hit.first > 0 and hit.first not in words.breaks else hit.first
    last = hit.last + 1 if hit.last < len(words.keys) and hit.last not in words.breaks else hit.last
    return reading.span(first, last)
