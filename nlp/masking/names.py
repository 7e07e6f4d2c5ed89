"""Private names that markup gave away (author, signature, forwarded from), wherever the text repeats them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache, lru_cache

from nlp.masking.data import flat, load, plain, plain_letter
from nlp.masking.folding import WALL, wall_off
from nlp.masking.places import is_no_name
from nlp.masking.spans import Span

MIN_ALONE_LETTERS = 4  # shorter first or last names are words of some language
MIN_NAME_LETTERS = 3
MAX_NAME_WORDS = 6  # longer ones are titles or sentences; they are sought whole
_BETWEEN = rf"[^\w{WALL}]{{1,8}}"
_VOWEL_END = re.compile(r"(?:ий|ый|ая|[aeiouyаеиоуыяюй])$")
_ARABIC = re.compile("[\u0620-\u06ff]")
_CYRILLIC = re.compile("[\u0400-\u04ff]")


class _Plain(dict[int, str]):
    def __missing__(self, code: int) -> str:
        self[code] = plain_letter(chr(code))
        return self[code]


_PLAIN = _Plain()


def find_known(text: str, names: Sequence[str]) -> Iterator[Span]:
    """Every place where one of the names stands, whole or in part, inflected or not."""
    folded = wall_off(text).translate(_PLAIN)
    letters = folded.replace("\x00", "")
    for name in sorted(set(names)):
        words = _words(name)
        # A pattern takes milliseconds to make, and most posts do not name their author.
        if any(_root(word) in letters for word in words):
            yield from _places(text, folded, words)


def _places(text: str, folded: str, words: tuple[str, ...]) -> Iterator[Span]:
    whole, alone = _patterns(words)
    yield from (Span(match.start(), match.end(), "name") for match in whole.finditer(folded))
    for pattern, is_first in alone:
        for match in pattern.finditer(folded):
            if _stands_alone(text, match, is_first=is_first):
                yield Span(match.start(), match.end(), "name")


@lru_cache(maxsize=4096)
def _words(name: str) -> tuple[str, ...]:
    """The folded words of a name; none where it names nobody."""
    words = tuple(plain(word) for word in re.findall(r"[^\W\d_][\w'’\u200c]*", name))
    nobody = sum(map(len, words)) < MIN_NAME_LETTERS or plain(name).strip(" .()") in flat("names", "not_names")
    return () if nobody else words


def _root(word: str) -> str:
    """What every form of the word begins with."""
    return _VOWEL_END.sub("", word) if len(word) >= MIN_ALONE_LETTERS else word


@lru_cache(maxsize=1024)
def _patterns(words: tuple[str, ...]) -> tuple[re.Pattern[str], tuple[tuple[re.Pattern[str], bool], ...]]:
    """(pattern of the whole name, patterns of its parts with whether the part is the first name)."""
    parts = [word for word in words if 1 < len(words) <= MAX_NAME_WORDS and _may_stand_alone(word)]
    whole = _compiled(_BETWEEN.join(map(_word, words)))
    return whole, tuple((_compiled(_word(word)), word == words[0]) for word in parts)


def _compiled(body: str) -> re.Pattern[str]:
    prefixes = "|".join(load("names")["prefixes"]["Arabic"])
    return re.compile(rf"(?<![\w{WALL}])(?:(?:{prefixes})(?=[\u0620-\u06ff]))??(?:{body})(?!\w)")


@cache
def _word(word: str) -> str:
    """Pattern of a name's word: marks between letters allowed, usual endings allowed."""
    script = "Arabic" if _ARABIC.search(word) else "Cyrillic" if _CYRILLIC.search(word) else "Latin"
    endings = "|".join(sorted((plain(end) for end in load("names")["suffixes"][script]), key=len, reverse=True))
    stem = _root(word)
    ending = rf"(?:\x00*(?:{endings}))?(?:['\-]\w{{1,6}})?"
    spelled, shorter = (r"\x00*".join(map(re.escape, form)) for form in (word, stem))
    return rf"(?:{spelled}|{shorter}){ending}\x00*"


def _may_stand_alone(word: str) -> bool:
    return len(word.removeprefix("ال")) >= MIN_ALONE_LETTERS and not is_no_name(word)


def _stands_alone(text: str, match: re.Match[str], *, is_first: bool) -> bool:
    """Capitalised where the script has capitals; not the first name of somebody else; not after a public role."""
    if text[match.start()].islower():
        return False
    following = re.match(r"[ \xa0]([^\W\d_])", text[match.end() : match.end() + 2])
    if is_first and following and following.group(1).isupper():
        return False
    before = re.findall(r"\w+", text[max(0, match.start() - 24) : match.start()])
    return not (before and plain(before[-1]) in flat("names", "roles"))
