"""Private names that the words around them give away: "my name is …", "ask for …", a notice about a missing person.

Cues are found by spaCy's PhraseMatcher; what follows is taken for a name only if it looks like one. Conservative on purpose:
officials and outlets must stay named, and a wrong mask in a news text hides who said what.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache
from typing import TYPE_CHECKING

from nlp.masking.data import flat, load, plain
from nlp.masking.folding import PLACEHOLDERS, wall_off
from nlp.masking.places import is_no_name
from nlp.masking.spans import Span

if TYPE_CHECKING:
    from spacy.language import Language
    from spacy.matcher import PhraseMatcher
    from spacy.tokens import Doc, Token

MAX_NAME_TOKENS = 3
MAX_CUED_CHARS = 200_000  # as much as the parse stage admits (stages/protect.py)
MISSING_WITHIN_CHARS = 80  # the name of a missing person stands at the head of the notice
_WORD = re.compile(r"[^\W\d_]+")
_LINE = re.compile(r"[^\n]+")
_KINDS = {
    "follows": ("name_follows",),
    "called": ("called",),
    "contact": ("name_follows_in_contact_line", "honorifics", "relatives"),
    "behind": ("honorifics_behind",),
}
_PLAIN_CUES = ("name_follows", "called")
_CONTACT_CUES = ("name_follows_in_contact_line", "honorifics", "relatives", "honorifics_behind")
_CONTACTS = tuple(text for kind, text in PLACEHOLDERS.items() if kind != "name")


def find_cued(text: str, contacts: list[Span]) -> Iterator[Span]:
    """Names after a cue. `contacts`: what was found in this text; a line with one is a contact line."""
    words = set(_WORD.findall(text[:MAX_CUED_CHARS].lower()))
    has_contact = bool(contacts) or any(mark in text for mark in _CONTACTS)
    if _occurs(_PLAIN_CUES, words) or (has_contact and _occurs(_CONTACT_CUES, words)):
        for start, line, in_line in _lines(text, contacts):
            yield from _names_in_line(start, line, in_line)
    if _occurs(("missing", "relatives"), words):
        yield from _with_age(wall_off(text[:MAX_CUED_CHARS]))


def _occurs(keys: tuple[str, ...], words: set[str]) -> bool:
    """Whether all words of some cue occur: without that, nothing needs to be tokenised."""
    single, several = _triggers(keys)
    return not words.isdisjoint(single) or any(cue <= words for cue in several)


@cache
def _triggers(keys: tuple[str, ...]) -> tuple[frozenset[str], tuple[frozenset[str], ...]]:
    cues = (str(cue) for key in keys for cues in _lists(load("names")[key]) for cue in cues)
    sets = {frozenset(_WORD.findall(cue.lower())) for cue in cues}
    return frozenset(word for cue in sets if len(cue) == 1 for word in cue), tuple(cue for cue in sets if len(cue) > 1)


def _lists(value: list[str] | dict[str, list[str]]) -> Iterable[list[str]]:
    return value.values() if isinstance(value, dict) else [value]


def _lines(text: str, contacts: list[Span]) -> Iterator[tuple[int, str, bool]]:
    spans = iter(sorted(contacts))
    span = next(spans, None)
    for match in _LINE.finditer(text[:MAX_CUED_CHARS]):
        while span is not None and span.end <= match.start():
            span = next(spans, None)
        found = span is not None and span.start < match.end()
        yield match.start(), match.group(), found or any(mark in match.group() for mark in _CONTACTS)


def _names_in_line(start: int, line: str, has_contact: bool) -> Iterator[Span]:
    nlp, matcher = _matcher()
    doc = nlp.make_doc(wall_off(line))
    for label, first, last in matcher(doc):
        name = _named(doc, nlp.vocab.strings[label], first, last, has_contact)
        if name:
            yield _span(start, name)


def _named(doc: Doc, kind: str, first: int, last: int, has_contact: bool) -> list[Token]:
    """The name that a cue of this kind points to; none where the cue does not count here."""
    if kind == "behind":
        return [doc[first - 1]] if has_contact and first and doc[first - 1].is_title else []
    if kind == "called" and not _is_kin(doc, first - 1):
        return []
    if (kind == "contact" and not has_contact) or (first and plain(doc[first - 1].text) in flat("names", "roles")):
        return []
    return _name_after(doc, last)


def _is_kin(doc: Doc, at: int) -> bool:
    """Whether the word before «called» is a relative or the like, «is» or «was» between."""
    if at > 0 and doc[at].lower_ in {"is", "was", "are"}:
        at -= 1
    return at >= 0 and doc[at].lower_ in load("names")["kin"]


def _span(start: int, tokens: list[Token]) -> Span:
    return Span(start + tokens[0].idx, start + tokens[-1].idx + len(tokens[-1].text), "name")


@cache
def _matcher() -> tuple[Language, PhraseMatcher]:
    import spacy  # heavy, and only posts with a cue come here
    from spacy.matcher import PhraseMatcher

    nlp = spacy.blank("xx")
    matcher = PhraseMatcher(nlp.vocab, attr="LOWER")
    for kind, keys in _KINDS.items():
        cues = (cue for key in keys for cues in _lists(load("names")[key]) for cue in cues)
        matcher.add(kind, [nlp.make_doc(cue) for cue in cues])
    return nlp, matcher


def _name_after(doc: Doc, at: int) -> list[Token]:
    """The tokens after a cue that look like a name; none where they do not."""
    while at < len(doc) and doc[at].is_punct and doc[at].text in {":", "-", "–", ".", ",", "،"}:
        at += 1
    name: list[Token] = []
    for token in doc[at : at + MAX_NAME_TOKENS]:
        if not _is_name(token) or (name and not _goes_on(doc, token)):
            break
        name.append(token)
    return name


def _is_name(token: Token) -> bool:
    looks = _is_caseless(token) or (token.is_alpha and len(token) > 1 and not token.is_lower)
    return looks and not is_no_name(plain(token.text))


def _is_caseless(token: Token) -> bool:
    return token.text[0].isalpha() and token.text.lower() == token.text.upper()


def _goes_on(doc: Doc, token: Token) -> bool:
    """Whether a further token belongs to the name: without capitals only a family name with article, or the last word."""
    if not _is_caseless(token):
        return True
    after = token.i + 1
    last = after == len(doc) or not doc[after].text[0].isalpha() or is_no_name(plain(doc[after].text))
    return last or token.text.startswith("ال")


def _with_age(text: str) -> Iterator[Span]:
    """Name, comma, age: at the head of a notice about a missing person, or after a relative's word."""
    cue, notice, relative = _age_patterns()
    heads = (notice.search(text, match.end(), match.end() + MISSING_WITHIN_CHARS) for match in cue.finditer(text))
    for match in (*heads, *relative.finditer(text)):
        if match and not any(plain(word) in flat("names", "roles") for word in _WORD.findall(match.group(1))):
            yield Span(match.start(1), match.end(1), "name")


@cache
def _age_patterns() -> tuple[re.Pattern[str], re.Pattern[str], re.Pattern[str]]:
    data = load("names")
    cues, relatives, ages = (
        "|".join(sorted(map(re.escape, data[key]), key=len, reverse=True)) for key in ("missing", "relatives", "ages")
    )
    word = r"[^\W\d_a-zа-я][^\W\d_]*(?:[\u200c'’\-][^\W\d_]+)*"
    age = rf"[\s]*(?:aged\s+\d{{1,2}}|\d{{1,2}}(?=[\s\u200c\-]*(?:{ages}|[,،.]|\n|$)))"
    return (
        re.compile(rf"(?i)(?<!\w)(?:{cues})(?!\w)"),
        re.compile(rf"(?:(?<=[\n:：])|(?<=[\n:：] )|(?<=^))({word}(?:[ \xa0]{word}){{0,3}})[ ]?[,،(]{age}"),
        re.compile(rf"(?<!\w)(?:{relatives})[,،]? ({word}(?:[ \xa0]{word}){{0,2}})[ ]?[,،(]{age}"),
    )
