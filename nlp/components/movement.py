"""From places with roles to movements: who comes from where, by which countries, to which."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from falselight.tags import Reason, Route
from nlp.components.reading import PlaceHit
from nlp.lexicon.gazetteer import english_names
from nlp.lexicon.rules import CountryRules, country_rules

# Capitals stand for governments ("Berlin said"); without a direction word they are weak evidence of a way.
_CAPITALS = frozenset(
    "BY-minsk RU-moscow PL-warsaw LT-vilnius LV-riga EE-tallinn FI-helsinki DE-berlin UA-kyiv GR-athens TR-ankara FR-paris GB-london "
    "BE-brussels IT-rome HU-budapest AT-vienna RS-belgrade BG-sofia RO-bucharest HR-zagreb IR-tehran city:madrid city:stockholm".split()
)
# Plural peoples (`Tunisians`, `тунисцы`, `تونسيين`) against adjectives (`Tunisian coast`): only the former are migrants.
_PEOPLE = re.compile(
    r"(?:ns|is|ese|ais|iens|iennes|er|ern|cy|cow|ków|czycy|czyków|цы|цев|цам|цами|ці|ців|ین|ون|ين|ها|ان|lar|ler|lılar|liler)$"
)
_GATES = frozenset(
    "FR-calais FR-dunkirk FR-calais-jungle FR-loon-plage FR-grande-synthe FR-gravelines FR-boulogne".split()
)
_CITY_TYPES = frozenset({"city", "crossing", "camp", "airport"})


@dataclass(slots=True)
class _Country:
    """What the text says of one country. `strength`: best evidence that it lies on the way."""

    code: str
    hits: list[PlaceHit]
    strength: float

    def roles(self) -> set[str | None]:
        """An adjective's cue belongs to its noun (`to the Polish border`), a people's `from` is its own."""
        return {hit.role if hit.form != "demonym" or hit.role == "origin" else None for hit in self.hits}

    def is_gate(self) -> bool:
        """Named only by the camps and beaches from which people go on to the next country."""
        return all(hit.place in _GATES for hit in self.hits)


def routes_of(places: Iterable[PlaceHit], visa: bool = False) -> tuple[tuple[Route, tuple[Reason, ...]], ...]:
    """The movements that the places would make, each with the words it rests on; whether anybody moves is judged elsewhere.

    `visa`: the text offers a visa, so that the only country people go to is where they go, not where they pass.
    """
    rules = country_rules()
    countries = [
        country for country in _countries(places) if country.strength == 1.0 or country.code not in rules.only_with_cue
    ]
    origins = [country for country in countries if _is_origin(country, countries, rules)]
    way = [country for country in countries if country not in origins]
    stops = _on_the_way([country for country in way if country.code not in rules.rank or country.is_gate()])
    ends = _believable([country for country in way if country.code in rules.rank and not country.is_gate()])
    nearer, last = _split_ends(ends, rules)
    stops = _ordered([*stops, *nearer])
    if origins and stops and not last and ("destination" in stops[-1].roles() or (visa and len(stops) == 1)):
        last = [stops.pop()]
    if not stops and not last:
        return ()
    nobody: list[_Country | None] = [None]
    parts = [(origin, end) for origin in origins or nobody for end in last or nobody]
    return tuple((_route(origin, stops, end), _reasons(origin, stops, end)) for origin, end in parts)


def _countries(places: Iterable[PlaceHit]) -> list[_Country]:
    """Countries in the order in which the text first names them."""
    found: dict[str, _Country] = {}
    for hit in places:
        if hit.country is None or hit.country == "EU" or hit.type == "sea":
            continue
        country = found.setdefault(hit.country, _Country(hit.country, [], 0.0))
        country.hits.append(hit)
        country.strength = max(country.strength, _strength(hit))
    return list(found.values())


def _strength(hit: PlaceHit) -> float:
    if hit.role is not None:
        return 1.0
    if hit.form == "demonym":
        return 0.4
    return 0.3 if hit.place in _CAPITALS else 0.7


def _is_origin(country: _Country, countries: list[_Country], rules: CountryRules) -> bool:
    if country.code in rules.origin:
        return country.roles() != {"destination"} and not (
            "transit" in country.roles() and len(_peoples(countries, rules)) > 1
        )
    if country.code not in rules.either or any(other.code in rules.origin for other in countries):
        return False
    if any(other.code in rules.origin_beside.get(country.code, ()) for other in countries):
        return country.roles() <= {None, "origin"}
    return all(hit.form == "demonym" and _PEOPLE.search(hit.text.lower()) for hit in country.hits)


def _peoples(countries: list[_Country], rules: CountryRules) -> list[_Country]:
    return [country for country in countries if country.code in rules.origin]


def _on_the_way(stops: list[_Country]) -> list[_Country]:
    """Stops without those that only speak or only describe (`the Kremlin`, `Turkish`) where others are named as places."""
    best = max((country.strength for country in stops), default=0.0)
    return [country for country in stops if country.strength >= 0.7 or best < 0.7]


def _believable(ends: list[_Country]) -> list[_Country]:
    """Where some destination is named with a direction, those that only speak (`Berlin said`, `German guards`) are left out."""
    best = max((country.strength for country in ends), default=0.0)
    return [country for country in ends if country.strength >= 0.7 or best < 0.7]


def _split_ends(ends: list[_Country], rules: CountryRules) -> tuple[list[_Country], list[_Country]]:
    """(on the way, destinations): the farthest are destinations, several where they lie equally far."""
    if not ends:
        return [], []
    farthest = max(rules.rank[country.code] for country in ends)
    last = [country for country in ends if rules.rank[country.code] == farthest]
    named_ends = [country for country in last if "destination" in country.roles()]
    last = [country for country in last if country in named_ends or not country.roles() & {"origin", "transit"}] or last
    return [country for country in ends if country not in last], last


def _ordered(stops: list[_Country]) -> list[_Country]:
    """Stops in the order of the text, but a country that people leave comes first."""
    return sorted(stops, key=lambda country: ("origin" not in country.roles(), max(country.hits, key=_strength).start))


def _route(origin: _Country | None, stops: list[_Country], end: _Country | None) -> Route:
    named = [country for country in (origin, *stops, end) if country is not None]
    hits = sorted(
        (hit for country in named for hit in country.hits if hit.type in _CITY_TYPES), key=lambda hit: hit.start
    )
    cities = tuple(dict.fromkeys(english_names().get(hit.place, hit.text) for hit in hits))
    return Route(
        origin=origin.code if origin else None,
        transit=tuple(stop.code for stop in stops),
        destination=end.code if end else None,
        cities=cities,
    )


def _reasons(origin: _Country | None, stops: list[_Country], end: _Country | None) -> tuple[Reason, ...]:
    parts = [("origin", origin), *(("transit", stop) for stop in stops), ("destination", end)]
    return tuple(
        Reason(
            kind="rule",
            text=f"{part} {country.code}: {hit.text}",
            start=hit.start,
            end=hit.end,
            source="routes/countries.yml",
        )
        for part, country in parts
        if country is not None
        for hit in (max(country.hits, key=_strength),)
    )
