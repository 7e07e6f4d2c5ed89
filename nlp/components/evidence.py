"""Whether a text speaks of a movement at all, or only names countries: signs, each with a weight (routes/evidence.yml).

Half of the relevant press passages name two countries and no way between them (a fence is built, a minister replies).
"""

from __future__ import annotations

from functools import cache
from importlib import resources

from falselight.tags import Route
from nlp.components.language import language_of
from nlp.components.phrases import counts_in
from nlp.components.reading import PlaceHit, Reading
from nlp.lexicon.loader import read_yaml
from nlp.lexicon.rules import country_rules, movement_words

# More words of travelling than this say no more.
_MAX_WORDS = 4


def movement_word_count(reading: Reading) -> int:
    """Words of travelling in the text, at most four, each place once."""
    language = language_of(reading)
    found = {
        first
        for first, _, code in movement_words().find(reading.words)
        if counts_in(language, code, reading.words.keys[first][0])
    }
    return min(len(found), _MAX_WORDS)


def signs(reading: Reading, places: tuple[PlaceHit, ...], routes: tuple[Route, ...]) -> dict[str, float]:
    """Name of each sign → how much of it the text has."""
    rules = country_rules()
    way = [hit for hit in places if hit.country and hit.country != "EU" and hit.country not in rules.origin]
    roles = [hit.role for hit in way if hit.form != "demonym"]
    kinds = {(hit.kind if hit.kind in {"lure", "narrative"} else hit.label) for hit in reading.hits or ()}
    found = {f"hit {kind}": 1.0 for kind in kinds}
    found |= {f"role {role}": 1.0 for role in roles if role}
    found |= {"roles both": 1.0} if {"origin", "destination"} <= set(roles) else {}
    found |= {"only adjectives": 1.0} if way and not roles else {}
    found |= (
        {"from a country of origin": 1.0}
        if any(hit.role == "origin" and hit.country in rules.origin for hit in places)
        else {}
    )
    found |= {"flag": 1.0} if any(hit.form == "flag" for hit in places) else {}
    found |= {"price": 1.0} if reading.prices else {}
    found |= {"question": 1.0} if "?" in reading.folded.text or "؟" in reading.folded.text else {}
    found |= {"movement words": float(movement_word_count(reading)), "bias": 1.0}
    return found | _shape(routes)


def _shape(routes: tuple[Route, ...]) -> dict[str, float]:
    found: dict[str, float] = {}
    for route in routes[:1]:
        found |= {"has origin": 1.0} if route.origin else {}
        found |= {"has transit": 1.0} if route.transit else {}
        found |= {"has end": 1.0} if route.destination else {}
        found |= {"has way": 1.0} if route.transit and route.destination else {}
    return found


def is_movement(reading: Reading, places: tuple[PlaceHit, ...], routes: tuple[Route, ...]) -> bool:
    """Whether the weighted signs speak for a movement."""
    weights = _weights()
    return sum(weights.get(sign, 0.0) * much for sign, much in signs(reading, places, routes).items()) >= 0.0


@cache
def _weights() -> dict[str, float]:
    data = read_yaml(resources.files("nlp.lexicon.routes").joinpath("evidence.yml"))
    return {str(sign): float(weight) for sign, weight in data["weights"].items()}
