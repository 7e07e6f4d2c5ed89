"""Words that stand where a name could, yet name no person: countries, public roles, small words."""

from __future__ import annotations

from functools import cache

from nlp.masking.data import flat, plain

_LOCALES = ("en", "ar", "fa", "ckb", "ku", "tr", "ru", "fr", "de", "pl", "so", "ps")


def is_no_name(word: str) -> bool:
    """Whether a folded word is a country's name, a public role or a stop word."""
    return word in flat("names", "stop") or word in flat("names", "roles") or word in _countries()


@cache
def _countries() -> frozenset[str]:
    from babel import Locale, UnknownLocaleError  # 30 ms for its data, wanted only where a name may stand

    names: set[str] = set()
    for code in _LOCALES:
        try:
            names.update(plain(name) for name in Locale(code).territories.values())
        except UnknownLocaleError:
            continue
    return frozenset(names)
