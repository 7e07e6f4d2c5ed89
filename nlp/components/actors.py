"""`falselight_actors`: transport operators, official bodies and outlets that the actors' list names (never private persons)."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from importlib import resources
from typing import Literal

from spacy.language import Language
from spacy.tokens import Doc

from nlp.components.board import reading_of
from nlp.components.reading import ActorHit, Reading
from nlp.lexicon.loader import LexiconError, phrase_words, read_yaml
from nlp.lexicon.trie import Trie

_Actor = tuple[str, Literal["operator", "official", "outlet"]]
_KINDS = {"operator", "official", "outlet"}


@Language.component("falselight_actors", assigns=["doc._.actors"])
def falselight_actors(doc: Doc) -> Doc:
    """Fill `doc._.actors`."""
    find_actors(reading_of(doc))
    return doc


def find_actors(reading: Reading) -> tuple[ActorHit, ...]:
    """Actors in the order of the text, the longest name at each spot."""
    if reading.actors is None:
        reading.actors = tuple(_hits(reading))
    return reading.actors


@cache
def load_actors() -> Trie[_Actor]:
    """The names of actors.yml. Raises LexiconError at the first mistake."""
    trie: Trie[_Actor] = Trie()
    data = read_yaml(resources.files("nlp.lexicon").joinpath("actors.yml"))
    for actor, entry in data["actors"].items():
        if set(entry) != {"kind", "names"} or entry["kind"] not in _KINDS:
            raise LexiconError(f"actors.yml, {actor}: needs `names` and a `kind` of {sorted(_KINDS)}")
        for name in entry["names"]:
            trie.add(phrase_words(name, f"actors.yml, {actor}, {name!r}"), (str(actor), entry["kind"]))
    return trie


def _hits(reading: Reading) -> Iterator[ActorHit]:
    at = 0
    found = sorted(load_actors().find(reading.words), key=lambda match: (match[0], -match[1]))
    for first, last, (actor, kind) in found:
        if first >= at:
            at = last
            start, end = reading.span(first, last)
            yield ActorHit(actor, kind, reading.text[start:end], start, end)
