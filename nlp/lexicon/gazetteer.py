"""Place names in every language and form: generated ones (CLDR, iso-codes) and our own aliases, as one trie."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any, Literal

from nlp.lexicon.inflect import adjectives, inflections
from nlp.lexicon.loader import LexiconError, phrase_words, read_yaml, yaml_files
from nlp.lexicon.trie import Trie

Form = Literal["name", "demonym"]
_GENERATED = "generated.json"
_LISTS: tuple[tuple[Form, str], ...] = (("name", "names"), ("demonym", "demonyms"))
_FIELDS = {
    "id", "type", "country", "countries", "names", "demonyms", "ambiguous", "note", "notes", "source", "added", "review_by",
    "sense", "register", "corridor", "corridors", "iata", "role", "side", "neighbour", "neighbours", "lat", "lon",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Name:
    """One name of a place. `language`: the list it is in (`xx`: any); `ambiguous`: an everyday word, too.

    `stem`: the name's last word as it stands, without ending, to see which case suffix a text adds to it.
    """

    place: str
    country: str | None
    type: str
    form: Form
    language: str
    ambiguous: bool
    stem: str


@cache
def gazetteer() -> Trie[Name]:
    """All names in all their forms. Raises LexiconError at the first mistake in an alias file."""
    trie: Trie[Name] = Trie()
    for words, name in (*_generated(), *_aliases()):
        trie.add(words, name)
    return trie


def _generated() -> Iterator[tuple[tuple[str, ...], Name]]:
    data = json.loads(resources.files("nlp.lexicon.places").joinpath("generated.json").read_text(encoding="utf-8"))
    ambiguous = {(language, name) for language, names in data["ambiguous"].items() for name in names}
    for code, names in data["countries"].items():
        for language, texts in names.items():
            for text in texts:
                yield from _forms(
                    text, Name(code, code, "country", "name", language, (language, text) in ambiguous, "")
                )
    for place, city in data["cities"].items():
        for language, texts in city["names"].items():
            for text in texts:
                yield from _forms(
                    text, Name(place, city["country"], "city", "name", language, (language, text) in ambiguous, "")
                )


def _forms(text: str, name: Name, where: str = _GENERATED) -> Iterator[tuple[tuple[str, ...], Name]]:
    words = phrase_words(text, where)
    if len("".join(words)) < 3 and words[-1].isascii() and (name.ambiguous or where == _GENERATED):
        return
    stem = words[-1].removesuffix("*")
    name = Name(name.place, name.country, name.type, name.form, name.language, name.ambiguous, stem)
    yield words, name
    if words[-1].endswith("*") or name.ambiguous:
        return
    for form in inflections(words, name.language):
        yield form, name
    if name.type == "country" and name.form == "name":
        people = Name(name.place, name.country, name.type, "demonym", name.language, False, stem)
        yield from ((form, people) for form in adjectives(words, name.language))


def alias_places() -> Iterator[tuple[Mapping[str, Any], str]]:
    """The entries of the alias files with the file they are in, checked for unknown fields."""
    for path in yaml_files(resources.files("nlp.lexicon.places")):
        for entry in read_yaml(path).get("places") or ():
            where = f"places/{path.name}, {entry.get('id') if isinstance(entry, dict) else entry!r}"
            if not isinstance(entry, dict) or "id" not in entry:
                raise LexiconError(f"{where}: a place is a mapping with an id")
            if unknown := set(entry) - _FIELDS:
                raise LexiconError(f"{where}: unknown fields {sorted(unknown)}")
            yield entry, where


def _aliases() -> Iterator[tuple[tuple[str, ...], Name]]:
    for entry, where in alias_places():
        country = entry.get("country")
        if country is not None and not (isinstance(country, str) and len(country) == 2 and country.isupper()):
            raise LexiconError(f"{where}: country {country!r} is not an ISO 3166-1 alpha-2 code")
        kind = str(entry.get("type", "place"))
        for form, key in _LISTS:
            for language, text, ambiguous in _texts(entry.get(key), where):
                name = Name(
                    str(entry["id"]), country, kind, form, language, ambiguous or bool(entry.get("ambiguous")), ""
                )
                yield from _forms(text, name, where)


def _texts(lists: Any, where: str) -> Iterator[tuple[str, str, bool]]:
    """(language, name, ambiguous) of a mapping of lists whose items are names or `{name: …, ambiguous: true}`."""
    if lists is None:
        return
    if not isinstance(lists, dict):
        raise LexiconError(f"{where}: names and demonyms map languages to lists")
    for language, items in lists.items():
        for item in items if isinstance(items, list) else [items]:
            fields = item if isinstance(item, dict) else {"name": item}
            if not isinstance(fields.get("name"), str) or set(fields) - {"name", "ambiguous", "sense", "note"}:
                raise LexiconError(f"{where}, {language}, {item!r}: a name is text or {{name: …, ambiguous: true}}")
            yield str(language), fields["name"], bool(fields.get("ambiguous", False))


@cache
def english_names() -> dict[str, str]:
    """Place id → what an English reader calls it; the first English name listed."""
    data = json.loads(resources.files("nlp.lexicon.places").joinpath("generated.json").read_text(encoding="utf-8"))
    found = {place: city["names"]["en"][0] for place, city in data["cities"].items()}
    for entry, where in alias_places():
        names = [name for language, name, _ in _texts(entry.get("names"), where) if language == "en"]
        found[str(entry["id"])] = (
            names[0].title() if names else str(entry["id"]).split("-", 1)[-1].replace("-", " ").title()
        )
    return found
