"""`falselight_prices`: amounts of money, in any digits, before or behind the currency."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from functools import cache
from importlib import resources
from typing import Literal

from spacy.language import Language
from spacy.tokens import Doc

from nlp.components.board import reading_of
from nlp.components.reading import PriceHit, Reading
from nlp.lexicon.loader import phrase_words, read_yaml
from nlp.lexicon.trie import Trie

_Sign = tuple[Literal["currency", "multiplier", "alone"], str]
# 2500 · 2.500 · 2,500 · 2 500 · 2'500 · 2.500,50 as folded; four loose groups are a phone number.
_NUMBER = re.compile(r"(?<![\d.,])(\d{1,3}(?:([.,' \u066c])\d{3})(?:\2\d{3})?|\d{1,9})(?:[.,](\d{1,2}))?(?![\d])")
_EURO_LETTER = re.compile(r" ?e\b")
_MAX_WORDS_BETWEEN = 2
# Every word of `alone` is a hundred thousand.
_LAKH = 100_000


@Language.component("falselight_prices", assigns=["doc._.prices"])
def falselight_prices(doc: Doc) -> Doc:
    """Fill `doc._.prices`."""
    find_prices(reading_of(doc))
    return doc


def find_prices(reading: Reading) -> tuple[PriceHit, ...]:
    """Amounts with a currency beside them; numbers alone are no prices."""
    if reading.prices is None:
        reading.prices = tuple(_prices(reading))
    return reading.prices


@cache
def _signs() -> Trie[_Sign]:
    data = read_yaml(resources.files("nlp.lexicon").joinpath("currencies.yml"))
    trie: Trie[_Sign] = Trie()
    for currency, words in data["currencies"].items():
        for word in words:
            trie.add(phrase_words(word, f"currencies.yml, {currency}"), ("currency", str(currency)))
    for factor, words in data["multipliers"].items():
        for word in words:
            trie.add(phrase_words(word, f"currencies.yml, {factor}"), ("multiplier", str(factor)))
    for word, currency in data["alone"].items():
        trie.add(phrase_words(word, "currencies.yml, alone"), ("alone", str(currency)))
    return trie


def _prices(reading: Reading) -> Iterator[PriceHit]:
    text = reading.folded.text
    numbers = list(_NUMBER.finditer(text)) if any(char.isdigit() for char in text) else []
    if not numbers:
        return
    signs = _places(reading)
    taken = 0
    for match in numbers:
        if match.start() >= taken and (found := _with_currency(reading, match, signs)) is not None:
            taken = found[1]
            yield found[0]


def _places(reading: Reading) -> dict[int, list[tuple[int, _Sign]]]:
    """First word of a sign → (word after it, sign)."""
    places: dict[int, list[tuple[int, _Sign]]] = {}
    for first, last, sign in _signs().find(reading.words):
        places.setdefault(first, []).append((last, sign))
    return places


def _with_currency(
    reading: Reading, match: re.Match[str], signs: dict[int, list[tuple[int, _Sign]]]
) -> tuple[PriceHit, int] | None:
    words = reading.words
    after = bisect_left(words.starts, match.end())
    before = bisect_right(words.ends, match.start()) - 1
    amount, currency, last, end = _amount(match), None, after, match.end()
    for _ in range(_MAX_WORDS_BETWEEN + 1):
        step = _sign_at(reading, last, end, signs)
        if step is None:
            break
        last, (kind, value) = step
        end = words.ends[last - 1]
        if kind == "multiplier":
            amount *= float(value)
            continue
        amount *= _LAKH if kind == "alone" else 1
        currency = value
        break
    start = match.start()
    if currency is None and (euro := _EURO_LETTER.match(reading.folded.text, end)):
        currency, end = "EUR", euro.end()
    if currency is None and before >= 0 and (sign := _sign_before(reading, before, start, signs)) is not None:
        currency, start = sign, words.starts[before]
    if currency is None or amount <= 0:
        return None
    first, stop = reading.folded.span(start, end)
    return PriceHit(amount, currency, reading.text[first:stop], first, stop), end


def _sign_at(
    reading: Reading, word: int, end: int, signs: dict[int, list[tuple[int, _Sign]]]
) -> tuple[int, _Sign] | None:
    """The sign that begins at this word, if next to nothing lies between; multipliers before `alone`, currencies first."""
    if word not in signs or len(reading.folded.text[end : reading.words.starts[word]].strip(" .,~-/")) > 0:
        return None
    order = {"currency": 0, "multiplier": 1, "alone": 2}
    found = sorted(signs[word], key=lambda place: order[place[1][0]])
    if len(found) > 1 and found[0][1][0] == "multiplier" and found[-1][1][0] == "alone":
        follows = _sign_at(reading, found[0][0], reading.words.ends[found[0][0] - 1], signs)
        return found[0] if follows is not None else (found[-1][0], found[-1][1])
    return found[0]


def _sign_before(reading: Reading, word: int, start: int, signs: dict[int, list[tuple[int, _Sign]]]) -> str | None:
    if reading.folded.text[reading.words.ends[word] : start].strip(" .:"):
        return None
    return next((sign[1] for last, sign in signs.get(word, ()) if last == word + 1 and sign[0] == "currency"), None)


def _amount(match: re.Match[str]) -> float:
    whole = re.sub(r"\D", "", match.group(1))
    return float(f"{whole}.{match.group(3)}") if match.group(3) else float(whole)
