"""Other forms of a word in which a lexicon may list it: without Arabic article and clitics, Ethiopic prefixes, doubled letters."""

from __future__ import annotations

import re

_ARABIC = re.compile("[\u0621-\u06d3]")
_ETHIOPIC = re.compile("[\u1200-\u139f]")
_DOUBLED = re.compile(r"([^\W\d_])\1")
# Article alone or behind one or two clitics, as folded: و ف ب ك and ل + ال → لل; ع + ال is على in speech.
_WITH_ARTICLE = re.compile("^(?:[وف]?[بكع]?ال|[وف]?لل)(?=..)")
_CLITICS = re.compile("^(?:[وف][بلك]?|[بلكع]|س)(?=...)")
_ETHIOPIC_PREFIX = re.compile("^(?:እን[ደዳ]|ስለ|በየ|ከየ|ለየ|[የበከለንብዝእ])(?=..)")


def forms(word: str) -> tuple[list[str], list[str]]:
    """(certain, guesses): readings that always hold, and those to try in turn when nothing else is known."""
    if word.isascii() or not _ARABIC.match(word):
        guesses = _ethiopic(word) if _ETHIOPIC.match(word) else []
        return [word], [*guesses, *_undoubled(word)]
    bare = _WITH_ARTICLE.sub("", word)
    certain = [word] if bare == word else [word, bare]
    return certain, [*_without_clitics(bare), *_undoubled(bare)]


def _without_clitics(word: str) -> list[str]:
    bare = _CLITICS.sub("", word)
    return [] if bare == word else [bare]


def _ethiopic(word: str) -> list[str]:
    bare = _ETHIOPIC_PREFIX.sub("", word)
    return [] if bare == word else [bare]


def _undoubled(word: str) -> list[str]:
    """Folding leaves two of a letter repeated for emphasis; the word may have one (`visaa`, `فيزاا`)."""
    single = _DOUBLED.sub(r"\1", word)
    return [] if single == word else [single]
