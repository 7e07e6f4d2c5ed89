"""Telephone numbers in folded text: runs of digits, cut where phonenumbers and the words around say so.

phonenumbers' own matcher knows neither emoji between digits nor reserved numbers, and takes amounts for numbers as soon
as it is given a region; so candidates are found here and put to phonenumbers.parse; its matcher is asked where a + stands.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from phonenumbers import Leniency, PhoneNumberFormat, PhoneNumberMatcher, format_number

from nlp.masking.context import Around
from nlp.masking.digits import undisguise
from nlp.masking.folding import GAP, SYMBOL
from nlp.masking.spans import Span, free
from nlp.masking.verdicts import Stretch, Verdict, guessed, known

MAX_STRETCH_DIGITS = 17  # E.164 has 15, and 00 in front
MIN_DIGITS = 6  # local numbers of small towns; shorter ones are prices, years and emergency numbers
MAX_RUN_CHARS = 1000  # a table of figures at most; longer runs of digits are masked unjudged: fail closed
MAX_MATCHED = 100  # places with a + that phonenumbers' matcher looks at, per text
_BETWEEN = r"(?:\x00*+(?:,(?!\s)|[ \t\n.\-()\[\]/·_*~|\"'…\\+\x02])){0,7}+\x00*+"
_RUN = re.compile(rf"(?:\+[\x00 ]*+)?\(?\+?\d(?:{_BETWEEN}\d)++")
_GROUP = re.compile(r"\d(?:\x00*+\d)*+")
_CLOCK = re.compile(
    r"(?<![\d.\-/])(?:\d{4}[.\-/]\d{1,2}[.\-/]\d{1,2}|\d{1,2}[.\-/]\d{1,2}[.\-/](?:19|20)?\d{2}"
    r"|(?:[01]?\d|2[0-3])\.[0-5]\d(?:\.[0-5]\d)?)(?!\d|[.\-/]\d)"
)
_PARAGRAPH = re.compile(r"\n[^\n\S]*\n")
_Judge = Callable[[Stretch, Around], Verdict | None]


@dataclass(frozen=True, slots=True)
class _Group:
    """Digits written together. `plus`: where a + stands before them; `first`: nothing is read across the gap before."""

    start: int
    end: int
    digits: str
    plus: int | None
    first: bool
    clock: bool


def find_phones(folded: str, original: str) -> list[Span]:
    """Telephone numbers, none overlapping; linear in the text's length."""
    text = undisguise(folded)
    around = Around(text, original)
    found: list[Span] = []
    for run in _RUN.finditer(text):
        if around.exhausted or run.end() - run.start() > MAX_RUN_CHARS:
            found += _unjudged(run)
        else:
            found += _cut(_groups(text, run), around)
    return sorted([*found, *free(_matched(text), sorted(found))]) if "+" in text else found


def _groups(text: str, run: re.Match[str]) -> list[_Group]:
    clocks = [match.span() for match in _CLOCK.finditer(text, run.start(), run.end())]
    groups: list[_Group] = []
    last, clock = run.start(), 0
    for match in _GROUP.finditer(text, run.start(), run.end()):
        between = text[last : match.start()]
        plus = last + between.rindex("+") if "+" in between else None
        while clock < len(clocks) and clocks[clock][1] <= match.start():
            clock += 1
        in_clock = clock < len(clocks) and clocks[clock][0] <= match.start()
        digits = match.group().replace(GAP, "")
        groups.append(_Group(match.start(), match.end(), digits, plus, bool(_PARAGRAPH.search(between)), in_clock))
        last = match.end()
    return groups


def _cut(groups: list[_Group], around: Around) -> list[Span]:
    """The numbers in a run: first those that say so themselves, then, between them, those that form and words suggest."""
    if sum(len(group.digits) for group in groups) < MIN_DIGITS:
        return []
    found = _best(groups, known, around)
    for part in _between(groups, found):
        found += _best(part, guessed, around)
    return sorted(found)


def _between(groups: list[_Group], taken: list[Span]) -> Iterator[list[_Group]]:
    """The groups that no place covers, in unbroken rows."""
    row: list[_Group] = []
    at = 0
    for group in groups:
        while at < len(taken) and taken[at].end <= group.start:
            at += 1
            yield row
            row = []
        if at == len(taken) or group.end <= taken[at].start:
            row.append(group)
    yield row


def _best(groups: list[_Group], judge: _Judge, around: Around) -> list[Span]:
    """The places with the best rank, then the longest, none overlapping; row by row."""
    chosen: list[Span] = []
    for row in _rows(groups):
        stretches = (stretch for first in range(len(row)) for stretch in _stretches(row, first))
        verdicts = ((judge(stretch, around), stretch) for stretch in stretches)
        marked = sorted(
            (-verdict.rank, -len(stretch.digits), _span(stretch, around.text, verdict.value))
            for verdict, stretch in verdicts
            if verdict is not None
        )
        kept: list[Span] = []
        for _, _, span in marked:
            if all(span.end <= other.start or span.start >= other.end for other in kept):
                kept.append(span)
        chosen += sorted(kept)
    return chosen


def _rows(groups: list[_Group]) -> Iterator[list[_Group]]:
    """Groups without a paragraph break between."""
    row: list[_Group] = []
    for group in groups:
        if group.first and row:
            yield row
            row = []
        row.append(group)
    yield row


def _stretches(row: list[_Group], first: int) -> Iterator[Stretch]:
    """Whole groups from `first` on, as long as they may be one number."""
    digits = ""
    clock = False
    head = row[first]
    start = head.start if head.plus is None else head.plus
    for group in row[first : first + MAX_STRETCH_DIGITS]:
        digits += group.digits
        clock = clock or group.clock
        if len(digits) > MAX_STRETCH_DIGITS:
            return
        if len(digits) >= MIN_DIGITS:
            yield Stretch(start, group.end, digits, head.plus is not None, clock)


def _span(stretch: Stretch, text: str, value: str) -> Span:
    opened = text[stretch.start - 1 : stretch.start] == "(" and ")" in text[stretch.start : stretch.end]
    end = stretch.end
    while text[end : end + 1] == GAP:  # the rest of a keycap
        end += 1
    return Span(stretch.start - opened, end, "phone", (("phone", value),))


def _unjudged(run: re.Match[str]) -> list[Span]:
    enough = sum(map(run.group().count, "0123456789")) > MIN_DIGITS
    return [Span(run.start(), run.end(), "phone")] if enough else []


def _matched(text: str) -> Iterator[Span]:
    """What phonenumbers' own matcher finds after a +, extensions included."""
    for number, plus in enumerate(re.finditer(r"\+", text)):
        if number >= MAX_MATCHED:
            return
        line = text[plus.start() : plus.start() + 48].partition("\n")[0].replace(GAP, " ").replace(SYMBOL, " ")
        for match in PhoneNumberMatcher(line, None, leniency=Leniency.POSSIBLE, max_tries=3):
            start = plus.start() + match.start
            value = format_number(match.number, PhoneNumberFormat.E164)
            yield Span(start, start + len(match.raw_string), "phone", (("phone", value),))
