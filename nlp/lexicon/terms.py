"""Words and phrases of a text that could become lexicon entries: none that is known, small, a place, a price or a person."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from nlp.lexicon.gazetteer import gazetteer
from nlp.lexicon.languages import load_profiles
from nlp.lexicon.loader import Entry, load_phrases, phrase_words
from nlp.lexicon.rules import not_places
from nlp.lexicon.trie import Trie
from nlp.lexicon.words import Words, split
from nlp.masking.folding import PLACEHOLDERS
from nlp.normalise import Folded, fold

MAX_WORDS = 3  # longer phrases are quotations: they repeat because a text was copied, not because people say so
_MIN_LETTERS = 3
# A pasted book says no more than its beginning, and its phrases would be compared with one another for minutes.
_READ_CHARACTERS = 10_000
# What masking left in place of a contact or a name, and addresses and handles of public channels. Every run has an end
# (64 characters before an @, 63 in a part of a domain), or one long word would be walked again from each of its letters.
_NO_WORDS = re.compile(
    "|".join(map(re.escape, PLACEHOLDERS.values()))
    + r"|https?://\S+|www\.\S+|\bt\.me/\S+|[\w.+-]{0,64}[@＠][\w.-]+"
    + r"|\b[\w-]{1,63}(?:\.[\w-]{1,63}){0,8}\.(?:com|org|net|info|me|ru|example)\b\S*",
    re.IGNORECASE,
)
_NON_JOINER = "\u200c"  # no printable character, but part of Persian spelling
_MEANS_MORE = frozenset('[]\\"')  # to a table or to YAML


@dataclass(frozen=True, slots=True)
class Terms:
    """One text cut into words. `text`: as given, in which `written` shows a term."""

    text: str
    folded: Folded
    words: Words

    def all(self) -> Iterator[tuple[str, int, int]]:
        """(term, first word, word after the last) of every run of one to three words that no sentence end parts."""
        keys, breaks = self.words.keys, self.words.breaks
        for first in range(len(keys)):
            for last in range(first + 1, min(first + MAX_WORDS, len(keys)) + 1):
                if last - 1 > first and last - 1 in breaks:
                    break
                yield " ".join(keys[first:last]), first, last

    def written(self, first: int, last: int) -> str:
        """The words as the text has them, where the lexicon would read them alike and nothing hides in them; else folded."""
        start, end = self.folded.span(self.words.starts[first], self.words.ends[last - 1])
        keys, shown = tuple(self.words.keys[first:last]), " ".join(self.text[start:end].split()).lower()
        return shown if _is_plain(shown) and tuple(split(fold(shown).text).keys) == keys else " ".join(keys)


def cut(text: str) -> Terms:
    """The words of a text's beginning; contacts, addresses and what was masked end a phrase and are no words."""
    text = text[:_READ_CHARACTERS]
    silent = _NO_WORDS.sub(lambda match: "\n" * len(match.group()), text)
    folded = fold(silent)
    return Terms(text, folded, split(folded.text))


def proposable(terms: Terms, language: str) -> Iterator[tuple[str, int, int]]:
    """The terms that a person might accept into the lexicon of `language`, each place of each."""
    places, names = _places(terms.words)
    known, whole = _known(terms.words, language)
    small = _small_words(language)
    for term, first, last in terms.all():
        keys = terms.words.keys[first:last]
        if keys[0] in small or keys[-1] in small or not _is_wordy(keys):
            continue
        if (first, last) in names or any(first < end and start < last for start, end in places):
            continue
        if any(start <= first and last <= end for start, end in known):
            continue
        if not any(first <= start and end <= last for start, end in whole):
            yield term, first, last


def _is_plain(shown: str) -> bool:
    """Whether it can be printed as it is: no escape sequences, no marks of direction, no markup."""
    return all(char.isprintable() or char == _NON_JOINER for char in shown) and _MEANS_MORE.isdisjoint(shown)


def _is_wordy(keys: list[str]) -> bool:
    """Letters only (prices and dates change with every post), and three of them at least."""
    return all(key[0].isalpha() for key in keys) and sum(map(len, keys)) >= _MIN_LETTERS


def _places(words: Words) -> tuple[list[tuple[int, int]], set[tuple[int, int]]]:
    """Spans of clear place names, which no term may touch; and all names, everyday words among them, to be no term itself."""
    found = [(first, last, name.ambiguous) for first, last, name in gazetteer().find(words)]
    everyday = {(first, last) for first, last, _ in not_places().find(words)}
    clear = [(first, last) for first, last, ambiguous in found if not ambiguous and (first, last) not in everyday]
    return clear, {(first, last) for first, last, _ in found} - everyday


def _known(words: Words, language: str) -> tuple[list[tuple[int, int]], list[tuple[int, int]]]:
    """Spans of what the lexicons have in this language: any phrase or part of one; whole lure phrases."""
    hits = [
        (first, last, entry)
        for first, last, entry in _lexicons().find(words)
        if entry.language in {language, "en", "xx", "*"}
    ]
    whole = [(first, last) for first, last, entry in hits if entry.kind == "lure" and len(entry.parts) == 1]
    return [(first, last) for first, last, _ in hits], whole


@cache
def _lexicons() -> Trie[Entry]:
    trie: Trie[Entry] = Trie()
    for entry in load_phrases():
        for words in entry.parts:
            trie.add(words, entry)
    return trie


@cache
def _small_words(language: str) -> frozenset[str]:
    """Words of grammar, folded: a phrase neither begins nor ends with one."""
    profiles = load_profiles()
    script = profiles.scripts.get(profiles.script_of.get(language, ""))
    small = [word for word, users in script.words.items() if language in users] if script else []
    return frozenset(key for word in small for key in phrase_words(word, "languages.yml"))
