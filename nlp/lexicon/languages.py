"""What tells languages of one script apart (languages.yml), ready for voting."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from math import log
from typing import Any

import yaml


@dataclass(frozen=True, slots=True)
class Script:
    """The languages of one script. `words`: small word → who uses it, rarer across the script = heavier (0.3–1);
    `letters`: letter → who uses it, weight one over the square of the number of users."""

    languages: frozenset[str]
    words: dict[str, dict[str, float]]
    letters: dict[str, dict[str, float]]


@dataclass(frozen=True, slots=True)
class Profiles:
    """`romanised`: small word in Latin letters → languages; `dari`, `persian`: vocabulary that parts the two."""

    scripts: dict[str, Script]
    script_of: dict[str, str]
    romanised: dict[str, frozenset[str]]
    dari: frozenset[str]
    persian: frozenset[str]


@cache
def load_profiles() -> Profiles:
    """Read languages.yml once a process."""
    data = yaml.safe_load(resources.files(__package__).joinpath("languages.yml").read_text(encoding="utf-8"))
    rows: dict[str, dict[str, Any]] = data["languages"]
    names = {row["script"] for row in rows.values()}
    romanised = _users(data["romanised"])
    return Profiles(
        {name: _script({code: row for code, row in rows.items() if row["script"] == name}) for name in names},
        {code: row["script"] for code, row in rows.items()},
        {word: frozenset(users) for word, users in romanised.items()},
        frozenset(_plain(data["dari"])),
        frozenset(_plain(data["persian"])),
    )


def _script(rows: Mapping[str, Mapping[str, Any]]) -> Script:
    words = _users({code: row["words"] for code, row in rows.items()})
    letters = _users({code: row["letters"] for code, row in rows.items()})
    return Script(
        frozenset(rows),
        {word: dict.fromkeys(users, _rarity(len(users), len(rows))) for word, users in words.items()},
        {letter: dict.fromkeys(users, 1.0 / len(users) ** 2) for letter, users in letters.items()},
    )


def _users(lists: Mapping[str, Iterable[str]]) -> dict[str, list[str]]:
    """Item → the languages that list it, each once."""
    users: dict[str, list[str]] = {}
    for code, items in lists.items():
        for item in dict.fromkeys(items):
            users.setdefault(item, []).append(code)
    return users


def _plain(words: Iterable[str]) -> Iterable[str]:
    return (word.replace("\u200c", "") for word in words)


def _rarity(users: int, languages: int) -> float:
    return max(0.3, log((languages + 1) / users) / log(languages + 1))
