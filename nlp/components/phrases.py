"""`falselight_phrases`: the lexicons' phrases in the text, in its language and in English.

Phrases of other languages count where the text is too short or too mixed to say, or written in another script than
most of it: people switch.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from itertools import pairwise, product

from spacy.language import Language
from spacy.tokens import Doc

from nlp.components.board import reading_of
from nlp.components.language import language_of
from nlp.components.reading import Hit, Reading
from nlp.language import Language as Identified
from nlp.language import script_of
from nlp.lexicon.loader import Entry, load_phrases
from nlp.lexicon.trie import Trie

# Languages whose readers understand, and whose lexicons serve, each other's words.
RELATED = {
    "prs": {"fa"},
    "fa": {"prs"},
    "kmr": {"ku"},
    "hr": {"sr"},
    "sr": {"hr"},
    "no": {"da"},
    "az": {"tr"},
    "ary": {"ar"},
}
_Part = tuple[Entry, int]
# What one common word (`border`) may add at most; a text of a hundred thousand borders is no text.
_MAX_PLACES = 8


@Language.component("falselight_phrases", assigns=["doc._.hits"])
def falselight_phrases(doc: Doc) -> Doc:
    """Fill `doc._.hits`."""
    find_phrases(reading_of(doc))
    return doc


def find_phrases(reading: Reading) -> tuple[Hit, ...]:
    """The lexicons' hits, by place; the same label found inside a longer hit of that label is left out."""
    if reading.hits is None:
        spans = _spans(reading, language_of(reading))
        reading.hits = tuple(_hit(reading, *span) for span in _longest(spans))
    return reading.hits


@cache
def _phrases() -> Trie[_Part]:
    trie: Trie[_Part] = Trie()
    for entry in load_phrases():
        for number, words in enumerate(entry.parts):
            trie.add(words, (entry, number))
    return trie


def counts_in(language: Identified, entry_language: str, letter: str) -> bool:
    """Whether words listed for `entry_language` (one of whose letters is `letter`) count in a text of `language`."""
    if entry_language in {language.code, "en", "xx", "*"} or entry_language in RELATED.get(language.code, ()):
        return True
    return language.mixed or language.code == "und" or script_of(letter) not in {language.script, None}


def _spans(reading: Reading, language: Identified) -> Iterable[tuple[int, int, Entry]]:
    pairs: dict[int, tuple[Entry, dict[int, list[tuple[int, int]]]]] = {}
    for first, last, (entry, number) in _phrases().find(reading.words):
        if not counts_in(language, entry.language, reading.words.keys[first][0]):
            continue
        if len(entry.parts) == 1:
            yield first, last, entry
        else:
            places = pairs.setdefault(id(entry), (entry, {}))[1].setdefault(number, [])
            if len(places) < _MAX_PLACES:
                places.append((first, last))
    for entry, found in pairs.values():
        if len(found) == len(entry.parts):
            yield from _near(entry, list(found.values()))


def _near(entry: Entry, places: list[list[tuple[int, int]]]) -> Iterable[tuple[int, int, Entry]]:
    """The closest choice of places for the parts that leaves no gap wider than the entry allows."""
    best: tuple[int, int] | None = None
    for choice in product(*places) if len(places) <= 3 else ():
        ordered = sorted(choice)
        gaps = [after[0] - before[1] for before, after in pairwise(ordered)]
        if all(0 <= gap <= entry.within for gap in gaps):
            span = ordered[0][0], ordered[-1][1]
            best = span if best is None or span[1] - span[0] < best[1] - best[0] else best
    if best is not None:
        yield *best, entry


def _longest(spans: Iterable[tuple[int, int, Entry]]) -> list[tuple[int, int, Entry]]:
    kept: list[tuple[int, int, Entry]] = []
    covered: dict[tuple[str, str], int] = {}
    for first, last, entry in sorted(spans, key=lambda span: (span[0], -span[1])):
        label = entry.kind, entry.label
        if last > covered.get(label, 0):
            covered[label] = last
            kept.append((first, last, entry))
    return kept


def _hit(reading: Reading, first: int, last: int, entry: Entry) -> Hit:
    start, end = reading.span(first, last)
    return Hit(entry.kind, entry.label, entry.phrase, start, end, entry.language)
