"""Words, prefixes, case endings and signs that make a place an origin, a stop or a destination (routes/cues.*.yml)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any, Literal, cast

from nlp.lexicon.loader import LexiconError, phrase_words, read_yaml, yaml_files
from nlp.lexicon.trie import Trie
from nlp.lexicon.words import split
from nlp.normalise import fold

Role = Literal["origin", "transit", "destination"]
ROLES: tuple[Role, ...] = ("origin", "transit", "destination")
_FIELDS = {"kind", "defaults", "note", "notes", "cues", "after", "prefixes", "suffixes", "separators"}


@dataclass(frozen=True, slots=True)
class Cue:
    """One cue of a language."""

    role: Role
    language: str


@dataclass(frozen=True, slots=True)
class Cues:
    """`before`: phrases directly before a name; `prefixes`: (language, letters) glued to it, longest first;
    `suffixes`: language → (ending, words that must follow, role), longest first; `separators`: signs between two places of a chain."""

    before: Trie[Cue]
    prefixes: tuple[tuple[str, str, Role], ...]
    suffixes: dict[str, list[tuple[str, tuple[str, ...], Role]]]
    separators: frozenset[str]


@cache
def load_cues() -> Cues:
    """All cue files together. Raises LexiconError at the first mistake."""
    before: Trie[Cue] = Trie()
    prefixes: list[tuple[str, str, Role]] = []
    suffixes: list[tuple[str, str, tuple[str, ...], Role]] = []
    separators: set[str] = set()
    for path in yaml_files(resources.files("nlp.lexicon.routes")):
        data, where = read_yaml(path), f"routes/{path.name}"
        if "cues" not in data:
            continue
        if unknown := set(data) - _FIELDS:
            raise LexiconError(f"{where}: unknown keys {sorted(unknown)}")
        for role, language, text in _entries(data.get("cues"), where):
            before.add(phrase_words(text, f"{where}, {language}, {text!r}"), Cue(role, language))
        prefixes += (
            (language, "".join(split(fold(text).text).keys), role)
            for role, language, text in _entries(data.get("prefixes"), where)
        )
        suffixes += (_suffix(role, language, text) for role, language, text in _entries(data.get("suffixes"), where))
        separators |= {fold(text).text.strip() for text in _flat(data.get("separators"))}
    return Cues(
        before,
        tuple(sorted(prefixes, key=lambda prefix: -len(prefix[1]))),
        _by_language(suffixes),
        frozenset(separators - {""}),
    )


def _by_language(
    suffixes: list[tuple[str, str, tuple[str, ...], Role]],
) -> dict[str, list[tuple[str, tuple[str, ...], Role]]]:
    found: dict[str, list[tuple[str, tuple[str, ...], Role]]] = {}
    for language, ending, following, role in sorted(suffixes, key=lambda suffix: (-len(suffix[2]), -len(suffix[1]))):
        found.setdefault(language, []).append((ending, following, role))
    return found


def _entries(block: Any, where: str) -> Iterator[tuple[Role, str, str]]:
    if block is None:
        return
    for role, lists in _mapping(block, where).items():
        if role not in ROLES:
            raise LexiconError(f"{where}: unknown role {role!r}; known are {ROLES}")
        for language, texts in _mapping(lists, where).items():
            for text in texts or ():
                yield cast(Role, role), str(language), str(text)


def _mapping(value: Any, where: str) -> Mapping[Any, Any]:
    if not isinstance(value, dict):
        raise LexiconError(f"{where}: a mapping was expected, not {value!r}")
    return value


def _suffix(role: Role, language: str, text: str) -> tuple[str, str, tuple[str, ...], Role]:
    """`den sonra` is the ending `den` with `sonra` behind it; ` geçerek` (blank first) the word alone.

    The ending keeps its accents: Latvian -ā is not -a."""
    folded = fold(text).text
    words = tuple(split(folded).keys)
    if text.startswith(" ") or not words:
        return language, "", words, role
    return language, folded.split()[0], words[1:], role


def _flat(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for item in value.values():
            yield from _flat(item)
    elif isinstance(value, list):
        for item in value:
            yield from _flat(item)
    elif value is not None:
        yield str(value)
