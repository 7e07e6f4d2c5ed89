"""Prices: any digits, before or behind the currency, with words that multiply; phone numbers are none."""

from __future__ import annotations

import pytest

from nlp.contract import Failed, Text
from nlp.pipeline import analyse


def _prices(text: str) -> list[tuple[float, str]]:
    (result,) = analyse([Text(id="1", text=text)])
    assert not isinstance(result, Failed)
    assert all(text[price.start : price.end] == price.text for price in result.prices)
    return [(price.amount, price.currency) for price in result.prices]


@pytest.mark.parametrize(
    ("text", "prices"),
    [
        ("Price 2500 e all in", [(2500, "EUR")]),
        ("السعر ٢٥٠٠ دولار للشخص", [(2500, "USD")]),
        ("۳۰۰۰ یورو نقد", [(3000, "EUR")]),
        ("١٢٠٠ یۆرۆی", [(1200, "EUR")]),
        ("€3.500 or $1,200.50", [(3500, "EUR"), (1200.5, "USD")]),
        ("3 тыс. долларов", [(3000, "USD")]),
        ("١٢ هزار دالر", [(12000, "USD")]),
        ("25 lakh for Serbia", [(2_500_000, "INR")]),
        ("35 لاکھ روپے", [(3_500_000, "XXX")]),
        ("4 500 zł", [(4500, "PLN")]),
        ("4k euro", [(4000, "EUR")]),
        ("call 0770 123 456 789 or room 12", []),
        ("12 people, 3 days, 2025", []),
    ],
)
def test_amounts_are_read(text: str, prices: list[tuple[float, str]]) -> None:
    assert _prices(text) == prices
