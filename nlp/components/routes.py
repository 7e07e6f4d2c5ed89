"""`falselight_routes`: movements and corridors from the places; looks for the places itself if nobody has."""

from __future__ import annotations

from dataclasses import replace

from spacy.language import Language
from spacy.tokens import Doc

from nlp.components.board import reading_of
from nlp.components.corridors import corridors_of
from nlp.components.evidence import movement_places
from nlp.components.movement import routes_of
from nlp.components.places import find_places
from nlp.components.reading import PlaceHit, PlaceRole, Reading
from nlp.lexicon.cues import load_cues
from nlp.normalise import fold


@Language.component("falselight_routes", assigns=["doc._.routes", "doc._.corridors"])
def falselight_routes(doc: Doc) -> Doc:
    """Fill `doc._.routes` and `doc._.corridors`."""
    reading = reading_of(doc)
    places = with_chains(reading, find_places(reading))
    reading.places = places
    reading.routes, reading.route_chance = routes_of(reading, places)
    reading.corridors = corridors_of(reading, places, bool(movement_places(reading)))
    return doc


def with_chains(reading: Reading, places: tuple[PlaceHit, ...]) -> tuple[PlaceHit, ...]:
    """Places joined by arrows or dashes: the first is left, the last reached, those between passed."""
    result = list(places)
    for start, end in _chains(reading, places):
        for number in range(start, end):
            role: PlaceRole = "origin" if number == start else "destination" if number == end - 1 else "transit"
            result[number] = replace(result[number], role=result[number].role or role)
    return tuple(result)


def _chains(reading: Reading, places: tuple[PlaceHit, ...]) -> list[tuple[int, int]]:
    chains: list[tuple[int, int]] = []
    start = 0
    for number in range(1, len(places) + 1):
        if number < len(places) and _joined(reading, places[number - 1], places[number]):
            continue
        if number - start >= 2:
            chains.append((start, number))
        start = number
    return chains


def _joined(reading: Reading, left: PlaceHit, right: PlaceHit) -> bool:
    """Only signs of a chain between the two, and no adjectives (`polsko-białoruska` is a border, not a way)."""
    if "demonym" in {left.form, right.form}:
        return False
    between = fold(reading.text[left.end : right.start]).text.split()
    return bool(between) and all(sign in load_cues().separators for sign in between)
