"""Where components find and leave the reading of a doc, and the attributes under which spaCy users see it."""

from __future__ import annotations

from typing import Any

from spacy.tokens import Doc

from nlp.components.reading import Reading

_KEY = "falselight"
# `doc._.language` and so on; the component that fills each is named in its factory.
ATTRIBUTES = ("language", "folded", "hits", "places", "prices", "actors", "routes", "corridors")


def reading_of(doc: Doc) -> Reading:
    """The doc's reading; folded and split now if no component has needed it before."""
    reading = doc.user_data.get(_KEY)
    if reading is None:
        reading = doc.user_data[_KEY] = Reading(doc.text)
    assert isinstance(reading, Reading)
    return reading


def put_reading(doc: Doc, reading: Reading) -> Doc:
    """Give a doc a reading made beforehand."""
    doc.user_data[_KEY] = reading
    return doc


def _getter(name: str) -> Any:
    return lambda doc: getattr(reading_of(doc), name)


def register() -> None:
    """Make the attributes known to spaCy; safe to call twice."""
    for name in ATTRIBUTES:
        if not Doc.has_extension(name):
            Doc.set_extension(name, getter=_getter(name))


register()
