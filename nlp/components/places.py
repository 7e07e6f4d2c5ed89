"""`falselight_places`: places named in the text, with the part that the words around make them play."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from spacy.language import Language
from spacy.tokens import Doc

from nlp.components.board import reading_of
from nlp.components.language import language_of
from nlp.components.reading import PlaceHit, PlaceRole, Reading
from nlp.components.roles import ending_of, role_of
from nlp.language import Language as Identified
from nlp.language import script_of
from nlp.lexicon.gazetteer import Name, gazetteer
from nlp.lexicon.rules import not_places

# Place names travel further than phrases: a language's writers use the neighbours' spellings.
_NEIGHBOURS = {
    "uk": {"ru", "be"}, "be": {"ru", "uk"}, "ru": {"be", "uk"}, "bg": {"ru"}, "sr": {"hr"}, "hr": {"sr"}, "sk": {"cs"}, "cs": {"sk"},
    "ckb": {"ar", "fa"}, "kmr": {"tr", "ku"}, "tr": {"az"}, "az": {"tr"}, "uz": {"tr", "ru"}, "ps": {"fa", "prs", "ur", "ar"}, "prs": {"fa", "ps"},
    "fa": {"prs"}, "ur": {"fa", "ar"}, "ug": {"ar"}, "ti": {"am"}, "am": {"ti"}, "pa": {"ur", "hi"}, "hi": {"ur"}, "no": {"sv", "da"},
    "da": {"sv"}, "pt": {"es"}, "es": {"pt"}, "ro": {"it"}, "ha": {"fr"}, "sw": set(), "so": {"ar"}, "et": {"fi"},
}  # fmt: skip
_FLAG = re.compile("[\U0001f1e6-\U0001f1ff]{2}")
_TRIPOLI = frozenset({"LY-tripoli", "city:tripoli"})
_Match = tuple[int, int, Name]


@Language.component("falselight_places", assigns=["doc._.places"])
def falselight_places(doc: Doc) -> Doc:
    """Fill `doc._.places`."""
    find_places(reading_of(doc))
    return doc


def find_places(reading: Reading) -> tuple[PlaceHit, ...]:
    """Places in the order of the text: the longest name at each spot; everyday words only with a second sign."""
    if reading.places is None:
        named = [_hit(reading, match) for match in _best(reading)]
        flags = list(_flags(reading))
        # An everyday word is a place where it stands like one, and beside another place.
        likely = [found for found in named if not found.ambiguous or _stands_like_a_name(reading, found.hit)]
        beside = len({found.hit.country for found in likely}) + len(flags)
        kept = [found.hit for found in likely if not found.ambiguous or beside > 1]
        reading.places = _with_right_tripoli(sorted([*kept, *flags], key=lambda hit: hit.start))
    return reading.places


@dataclass(frozen=True, slots=True)
class _Found:
    hit: PlaceHit
    ambiguous: bool


def _with_right_tripoli(places: list[PlaceHit]) -> tuple[PlaceHit, ...]:
    """Tripoli is the Lebanese one beside Lebanon, Syria or Cyprus, if nothing else of the other's sea is named."""
    others = {hit.country for hit in places if hit.place not in _TRIPOLI}
    if not others & {"LB", "SY", "CY"} or others & {"LY", "TN", "EG", "MT"}:
        return tuple(places)
    return tuple(replace(hit, place="LB-tripoli", country="LB") if hit.place in _TRIPOLI else hit for hit in places)


def _stands_like_a_name(reading: Reading, hit: PlaceHit) -> bool:
    """Behind a direction word, or with a capital letter inside a sentence whose words have small ones."""
    if hit.role is not None:
        return True
    before = reading.text[max(0, hit.start - 2) : hit.start]
    return hit.text[:1].isupper() and not hit.text.isupper() and before[-1:] == " " and before[:1].isalnum()


def _best(reading: Reading) -> Iterator[_Match]:
    """Non-overlapping matches, longest first at each word; of equals the text's own language wins."""
    language = language_of(reading)
    barred = {first for first, _, barring in not_places().find(reading.words) if barring == language.code}
    found = [
        match
        for match in gazetteer().find(reading.words)
        if match[0] not in barred and _counts(language, match[2], reading.words.keys[match[0]])
    ]
    found.sort(key=lambda match: (match[0], -match[1], _rank(match[2], language)))
    at = 0
    for match in found:
        if match[0] >= at:
            at = match[1]
            yield match


def _rank(name: Name, language: Identified) -> tuple[bool, bool, bool, int]:
    return name.language != language.code, name.ambiguous, name.form != "name", -len(name.stem)


def _counts(language: Identified, name: Name, word: str) -> bool:
    if name.language in {language.code, "en", "xx"} or name.language in _NEIGHBOURS.get(language.code, ()):
        return not (name.language == "en" != language.code and name.ambiguous)
    if language.mixed or language.code == "und" or language.romanised or language.score < 0.4:
        return not name.ambiguous
    return script_of(word[0]) not in {language.script, None} and not name.ambiguous


def _hit(reading: Reading, match: _Match) -> _Found:
    first, last, name = match
    start, end = reading.span(first, last)
    hit = PlaceHit(
        place=name.place,
        country=name.country,
        type=name.type,
        text=reading.text[start:end],
        start=start,
        end=end,
        form=name.form,
        first=first,
        last=last,
        ending=ending_of(reading, last - 1, name.stem),
    )
    return _Found(replace(hit, role=role_of(reading, first, last, name)), name.ambiguous)


def _flags(reading: Reading) -> Iterator[PlaceHit]:
    for match in _FLAG.finditer(reading.text):
        code = "".join(chr(ord(char) - 0x1F1E6 + 65) for char in match.group())
        role: PlaceRole | None = None
        yield PlaceHit(
            place=code,
            country=code,
            type="country",
            text=match.group(),
            start=match.start(),
            end=match.end(),
            form="flag",
            role=role,
        )
