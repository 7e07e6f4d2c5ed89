"""Digits in, telephone number out: what phonenumbers knows, and the reserved ranges that it calls invalid."""

from __future__ import annotations

import re
from functools import cache, lru_cache

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumber, PhoneNumberFormat

from nlp.masking.data import load
from nlp.masking.folding import bare, fold


@cache
def _reserved() -> tuple[tuple[str, re.Pattern[str], re.Pattern[str]], ...]:
    rows = []
    for row in load("phones")["reserved"]:
        code, trunk, national = row["code"], row["trunk"], row["national"]
        abroad = re.compile(rf"(?:00|011)?{code}{trunk}?({national})")
        rows.append((code, abroad, re.compile(rf"{trunk}?({national})")))
    return tuple(rows)


def digits_of(text: str) -> str:
    """The digits of a writing, ASCII."""
    return "".join(char for char in fold(text) if "0" <= char <= "9")


def reserved(digits: str) -> str | None:
    """Canonical form if the digits are a number set aside for films and examples, None otherwise."""
    for code, abroad, at_home in _reserved():
        match = abroad.fullmatch(digits) or at_home.fullmatch(digits)
        if match:
            return f"+{code}{match.group(1)}"
    return None


def is_reserved(text: str) -> bool:
    """Whether a writing is a reserved number."""
    return reserved(digits_of(text)) is not None


@lru_cache(maxsize=8192)
def parse(number: str, region: str | None = None) -> tuple[str, bool] | None:
    """(E.164, valid) of a possible number; None where phonenumbers sees no possible number. `number`: + and digits."""
    try:
        parsed = phonenumbers.parse(number, region)
    except NumberParseException:
        return None
    if not phonenumbers.is_possible_number(parsed):
        return None
    return _e164(parsed), phonenumbers.is_valid_number(parsed)


def _e164(parsed: PhoneNumber) -> str:
    return phonenumbers.format_number(parsed, PhoneNumberFormat.E164)


def international(text: str) -> str:
    """Canonical form of a number that a service or its place says is one: with country code, + or not."""
    number = bare(fold(text))
    digits = digits_of(number)
    known = reserved(digits)
    if known:
        return known
    stripped = digits.removeprefix("00")
    found = parse(f"+{stripped}")
    if found and (found[1] or "+" in number or digits != stripped):
        return found[0]
    return f"+{stripped}" if "+" in number or digits != stripped else national(digits)


def national(digits: str) -> str:
    """Canonical form of a number whose country nobody knows: digits without trunk zeros."""
    return digits.lstrip("0") or digits
