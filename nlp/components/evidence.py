"""Words of travelling in a text: crossing, boats, drivers, visas (routes/movement.yml)."""

from __future__ import annotations

from nlp.components.language import language_of
from nlp.components.phrases import counts_in
from nlp.components.reading import Reading
from nlp.lexicon.rules import movement_words


def movement_places(reading: Reading) -> frozenset[int]:
    """Indices of the words of travelling; worked out once a reading."""
    if reading.movement is None:
        language = language_of(reading)
        reading.movement = frozenset(
            first
            for first, _, code in movement_words().find(reading.words)
            if counts_in(language, code, reading.words.keys[first][0])
        )
    return reading.movement
