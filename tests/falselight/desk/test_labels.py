"""Titles: what an analyst reads in place of ids, also for what waits for a decision."""

from __future__ import annotations

import pytest

from falselight.desk.labels import title


def test_what_waits_for_a_decision_is_named_with_its_kind() -> None:
    assert title("unsure", "lure:visa-offer") == f"Lures: {title('lure', 'visa-offer')}"
    assert title("unsure", "stance:asks") == f"Stance: {title('stance', 'asks')}"


@pytest.mark.parametrize("value", ["x", "", "unsure:lure:x", "lure:no-such-lure"])
def test_what_nobody_knows_is_shown_as_it_is(value: str) -> None:
    assert value.rpartition(":")[2] in title("unsure", value)
