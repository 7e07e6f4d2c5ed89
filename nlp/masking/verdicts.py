"""Whether a stretch of digits is a telephone number, how surely, and which one."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import IntEnum

from nlp.masking.context import Around
from nlp.masking.data import flat
from nlp.masking.folding import GAP
from nlp.masking.numbers import national, reserved

_THOUSANDS = re.compile(r"\d{1,3}([ .,'’·])\d{3}(?:\1\d{3})*")
_POLISH = re.compile(r"\d{3}([ \-.])\d{3}\1\d{3}")
_AMERICAN = re.compile(r"1?[ .\-]?\(?\d{3}[) .\-/]{1,2}\d{3}[ .\-]\d{4}")
_AREA_CODE = re.compile(r"\(\x00*0[\d\x00]{2,12}\)")
_YEARS = re.compile(r"(?:(?:19|20)\d{2}\D*)+")
_DEGREES = re.compile(r"(?:\d{1,3}\.\d{4,}\D*)+")
MIN_NATIONAL_DIGITS = 9  # with area code and trunk zero
MIN_CUED_DIGITS, MAX_DIGITS = 6, 15  # local numbers of small towns; E.164


class Rank(IntEnum):
    """How sure, weakest first."""

    CUED = 1
    FORMATTED = 2
    VALID = 3
    EXPLICIT = 4
    EXPLICIT_VALID = 5
    RESERVED = 6


@dataclass(frozen=True, slots=True)
class Stretch:
    """Whole groups of digits. `clock`: some of them look like a date or a time. `plus`: a + stands before."""

    start: int
    end: int
    digits: str
    plus: bool
    clock: bool


@dataclass(frozen=True, slots=True)
class Verdict:
    """`value`: canonical form of the number."""

    rank: Rank
    value: str


def known(stretch: Stretch, around: Around) -> Verdict | None:
    """The number if it says so itself: a reserved one, one with + or 00, or an (area code); None otherwise. Cheap."""
    around.judged += 1
    number = reserved(stretch.digits)
    if number is not None:
        return Verdict(Rank.RESERVED, number)
    return _explicit(stretch, around) or _with_area_code(stretch, around)


def guessed(stretch: Stretch, around: Around) -> Verdict | None:
    """The number that the digits are by their form and the words around; None if they are no telephone number."""
    if stretch.clock or not MIN_CUED_DIGITS <= len(stretch.digits) <= MAX_DIGITS or _something_else(stretch, around):
        return None
    return (
        _with_code_apart(stretch, around)
        or _valid(stretch, around)
        or _formatted(stretch, around)
        or _cued(stretch, around)
    )


def _explicit(stretch: Stretch, around: Around) -> Verdict | None:
    digits = stretch.digits
    abroad = digits.removeprefix("00") if not stretch.plus else digits.lstrip("0")
    if not (stretch.plus or len(abroad) < len(digits)) or not 7 <= len(abroad) <= MAX_DIGITS:
        return None
    found = around.parse(f"+{abroad}")
    if found is None or (stretch.clock and not found[1]):
        return None
    return Verdict(Rank.EXPLICIT_VALID if found[1] else Rank.EXPLICIT, found[0])


def _with_area_code(stretch: Stretch, around: Around) -> Verdict | None:
    """A trunk zero and an area code in brackets; what follows may look like a date: (05251) 2-11-62."""
    written = around.text[max(0, stretch.start - 1) : stretch.end]
    enough = MIN_NATIONAL_DIGITS <= len(stretch.digits) <= MAX_DIGITS
    if not enough or not _AREA_CODE.match(written):
        return None
    return Verdict(Rank.FORMATTED, _one_or_national(_homes(stretch.digits, around), stretch.digits))


def _something_else(stretch: Stretch, around: Around) -> bool:
    written = around.text[stretch.start : stretch.end].replace(GAP, "")
    groups = re.findall(r"\d+", written)
    if all(group in flat("phones", "emergency") for group in groups) or _YEARS.fullmatch(written):
        return True
    if _DEGREES.fullmatch(written) or _is_isbn(stretch.digits):
        return True
    if _THOUSANDS.fullmatch(written) and not _POLISH.fullmatch(written):
        return True
    return around.amount(stretch.start, stretch.end) or around.numbered(stretch.start)


def _is_isbn(digits: str) -> bool:
    if len(digits) != 13 or not digits.startswith(("978", "979")):
        return False
    return sum(int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(digits)) % 10 == 0


def _with_code_apart(stretch: Stretch, around: Around) -> Verdict | None:
    code = around.calling_code(stretch.start, stretch.end)
    found = around.parse(f"+{code}{stretch.digits.lstrip('0')}") if code else None
    return Verdict(Rank.EXPLICIT, found[0]) if found else None


def _valid(stretch: Stretch, around: Around) -> Verdict | None:
    """Numbers that phonenumbers calls valid: with a country code but without +, or with a trunk zero."""
    digits = stretch.digits
    if around.glued(stretch.start, stretch.end) and not around.cued(stretch.start, stretch.end):
        return None
    if not digits.startswith("0"):
        found = around.parse(f"+{digits}") if len(digits) >= 10 else None
        return Verdict(Rank.VALID, found[0]) if found and found[1] else None
    homes = _homes(digits, around) if MIN_NATIONAL_DIGITS <= len(digits) <= 12 else []
    return Verdict(Rank.VALID, _one_or_national(homes, digits)) if homes else None


def _formatted(stretch: Stretch, around: Around) -> Verdict | None:
    """Numbers without code and trunk zero, in a country's usual grouping."""
    written = around.text[stretch.start : stretch.end].replace(GAP, "")
    if _AMERICAN.fullmatch(written):
        found = around.parse(stretch.digits, "US")
        return Verdict(Rank.FORMATTED, found[0]) if found and found[1] else None
    if _POLISH.fullmatch(written) and around.ends_phrase(stretch.end):
        homes = _homes(stretch.digits, around)
        return Verdict(Rank.FORMATTED, _one_or_national(homes, stretch.digits)) if homes else None
    return None


def _cued(stretch: Stretch, around: Around) -> Verdict | None:
    if not around.cued(stretch.start, stretch.end):
        return None
    return Verdict(Rank.CUED, _one_or_national(_homes(stretch.digits, around), stretch.digits))


def _homes(digits: str, around: Around) -> list[str]:
    """The number as each country would read it that may be meant and calls it valid."""
    found = (around.parse(digits, region) for region in around.regions)
    return list(dict.fromkeys(number for number, valid in filter(None, found) if valid))


def _one_or_national(homes: list[str], digits: str) -> str:
    # A guess between two countries would tie strangers together, so only one candidate counts as known.
    return homes[0] if len(homes) == 1 else national(digits)
