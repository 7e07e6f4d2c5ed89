"""`falselight_language`: the language of the doc, from its text and the source's hint."""

from __future__ import annotations

from spacy.language import Language
from spacy.tokens import Doc

from nlp.components.board import reading_of
from nlp.components.reading import Reading
from nlp.language import Language as Identified
from nlp.language import identify


@Language.component("falselight_language", assigns=["doc._.language"])
def falselight_language(doc: Doc) -> Doc:
    """Fill `doc._.language`; `doc.lang` belongs to the vocabulary and cannot be set per doc."""
    language_of(reading_of(doc))
    return doc


def language_of(reading: Reading) -> Identified:
    """The reading's language, identified when first asked for."""
    if reading.language is None:
        reading.language = identify(reading.text, reading.hint)
    return reading.language
