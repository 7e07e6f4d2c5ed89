"""Reading the phrase files lures/, narratives/, stance/ and topic/, strictly: what is not understood is refused by name."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from importlib.resources.abc import Traversable
from typing import Any, Literal

import yaml

from falselight.errors import Halt
from nlp.lexicon.words import split
from nlp.normalise import fold

Kind = Literal["lure", "narrative", "stance", "topic"]
_FOLDERS: dict[str, Kind] = {"lures": "lure", "narratives": "narrative", "stance": "stance", "topic": "topic"}
_FIELDS = {"near", "within", "phrase", "sense", "register", "source", "added", "review_by", "note"}
_FILE_FIELDS = {"kind", "label", "defaults", "phrases", "note"}
_WITHIN_WORDS = 6
# libyaml reads the lexicons ten times as fast; the pure reader is the fallback where a wheel lacks it.
_Base: type[yaml.SafeLoader] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class Loader(_Base):  # type: ignore[valid-type, misc]
    """YAML with the booleans of YAML 1.2 only: `NO` is Norway, `no` is Norwegian."""

    yaml_implicit_resolvers = {  # noqa: RUF012 - PyYAML's own attribute
        first: [(tag, pattern) for tag, pattern in pairs if tag != "tag:yaml.org,2002:bool" or first in "tTfF"]
        for first, pairs in _Base.yaml_implicit_resolvers.items()
    }


# Small Latin letters in words of two and more: nothing there to fold, join, unmask or shorten.
_FOLDED_ALREADY = re.compile(r"[a-z]{2,}\*?(?: [a-z]{2,}\*?)*")
_TRIPLED = re.compile(r"(.)\1\1")


class LexiconError(Halt):
    """A data file is not as the lexicon's format wants it; names file, language and entry."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One phrase of a lexicon.

    `parts`: folded words of the phrase, or of each of the phrases that must stand near each other in any order;
    `within`: words that may lie between two parts; `phrase`: as written, for the reason; `file`: relative, for errors.
    """

    kind: Kind
    label: str
    language: str
    phrase: str
    parts: tuple[tuple[str, ...], ...]
    within: int = 0
    sense: str = ""
    register: str = ""
    file: str = ""


@cache
def load_phrases() -> tuple[Entry, ...]:
    """All phrases, in the order of the files. Raises LexiconError at the first mistake."""
    root = resources.files("nlp.lexicon")
    return tuple(
        entry for folder in _FOLDERS for path in yaml_files(root / folder) for entry in read_phrases(path, folder)
    )


def yaml_files(folder: Traversable) -> list[Traversable]:
    """The folder's .yml files by name; none if there is no such folder."""
    if not folder.is_dir():
        return []
    return sorted((path for path in folder.iterdir() if path.name.endswith(".yml")), key=lambda path: path.name)


def read_yaml(path: Traversable) -> dict[str, Any]:
    """A YAML mapping; LexiconError names the file otherwise."""
    try:
        data = yaml.load(path.read_text(encoding="utf-8"), Loader=Loader)  # noqa: S506 - a safe loader
    except yaml.YAMLError as error:
        raise LexiconError(f"{path.name}: not YAML: {error}") from error
    if not isinstance(data, dict):
        raise LexiconError(f"{path.name}: a mapping was expected at the top, not {type(data).__name__}")
    return data


def read_phrases(path: Traversable, folder: str) -> Iterator[Entry]:
    """The entries of one file."""
    data, name = read_yaml(path), f"{folder}/{path.name}"
    if unknown := set(data) - _FILE_FIELDS:
        raise LexiconError(f"{name}: unknown keys {sorted(unknown)}; known are {sorted(_FILE_FIELDS)}")
    if data.get("kind", _FOLDERS[folder]) != _FOLDERS[folder]:
        raise LexiconError(f"{name}: kind {data['kind']!r} does not belong in {folder}/")
    label, defaults = str(data.get("label") or path.name.split(".")[0]), data.get("defaults") or {}
    for language, entries in _mapping(data.get("phrases"), name).items():
        for entry in entries or ():
            yield _entry(entry, defaults, _FOLDERS[folder], label, str(language), name)


def _mapping(value: Any, name: str) -> Mapping[Any, Any]:
    if not isinstance(value, dict):
        raise LexiconError(f"{name}: `phrases` must map languages to lists")
    return value


def _entry(raw: Any, defaults: Mapping[str, Any], kind: Kind, label: str, language: str, name: str) -> Entry:
    where = f"{name}, {language}, {raw!r}"
    fields = raw if isinstance(raw, dict) else {"phrase": raw}
    if unknown := set(fields) - _FIELDS:
        raise LexiconError(f"{where}: unknown fields {sorted(unknown)}")
    near = fields.get("near")
    texts = [fields.get("phrase")] if near is None else near
    if not isinstance(texts, list) or (near is not None and len(texts) < 2):
        raise LexiconError(f"{where}: `near` takes a list of two or more phrases")
    return Entry(
        kind=kind,
        label=label,
        language=language,
        phrase=" … ".join(map(str, texts)),
        parts=tuple(phrase_words(text, where) for text in texts),
        within=int(fields.get("within", _WITHIN_WORDS)) if near is not None else 0,
        sense=str(fields.get("sense", "")),
        register=str(fields.get("register", defaults.get("register", ""))),
        file=name,
    )


def phrase_words(text: Any, where: str) -> tuple[str, ...]:
    """The words of a phrase, folded like the texts; `*` at a word's end stays. LexiconError if nothing is left."""
    if not isinstance(text, str | int | float):
        raise LexiconError(f"{where}: a phrase must be text")
    if _FOLDED_ALREADY.fullmatch(str(text)) and not _TRIPLED.search(str(text)):
        return tuple(str(text).split(" "))  # half of all phrases; folding them one by one takes a second at start
    words = tuple(word for chunk in fold(str(text)).text.split() for word in _chunk_words(chunk))
    if not words or any(word == "*" for word in words):
        raise LexiconError(f"{where}: no word in the phrase")
    return words


def _chunk_words(chunk: str) -> Iterable[str]:
    """`visa-frei*` is two words, the star belongs to the last."""
    keys = split(chunk).keys
    if chunk.endswith("*") and keys:
        keys = [*keys[:-1], keys[-1] + "*"]
    return keys
