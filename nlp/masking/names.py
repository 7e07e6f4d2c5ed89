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
    """Every place where one of the names stands, whole or in part, inflected or not; longest first."""
    whole, alone = _patterns(tuple(names))
    folded = wall_off(text).translate(_PLAIN)
    if whole is not None:
        yield from (Span(match.start(), match.end(), "name") for match in whole.finditer(folded))
    for pattern, is_first in alone:
        for match in pattern.finditer(folded):
            if _stands_alone(text, match, is_first=is_first):
                yield Span(match.start(), match.end(), "name")


@lru_cache(maxsize=1024)
def _patterns(names: tuple[str, ...]) -> tuple[re.Pattern[str] | None, tuple[tuple[re.Pattern[str], bool], ...]]:
    """(pattern of the whole names, patterns of their parts with whether the part is a first name)."""
    whole: list[str] = []
    alone: list[tuple[re.Pattern[str], bool]] = []
    for name in sorted(set(names), key=lambda name: (-len(name), name)):
        words = [plain(word) for word in re.findall(r"[^\W\d_][\w'’\u200c]*", name)]
        if not words or sum(map(len, words)) < 3 or plain(name).strip(" .()") in flat("names", "not_names"):
            continue
        whole.append(_BETWEEN.join(_word(word) for word in words))
        if 1 < len(words) <= MAX_NAME_WORDS:
            alone += [(_compiled(_word(word)), word == words[0]) for word in words if _may_stand_alone(word)]
    return _compiled("|".join(whole)) if whole else None, tuple(alone)


def _compiled(body: str) -> re.Pattern[str]:
    prefixes = "|".join(load("names")["prefixes"]["Arabic"])
    return re.compile(rf"(?<![\w{WALL}])(?:(?:{prefixes})(?=[\u0620-\u06ff]))??(?:{body})(?!\w)")


@cache
def _word(word: str) -> str:
    """Pattern of a name's word: marks between letters allowed, usual endings allowed."""
    script = "Arabic" if _ARABIC.search(word) else "Cyrillic" if _CYRILLIC.search(word) else "Latin"
    endings = "|".join(sorted((plain(end) for end in load("names")["suffixes"][script]), key=len, reverse=True))
    stem = _VOWEL_END.sub("", word) if len(word) >= 4 and script != "Arabic" else word
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
