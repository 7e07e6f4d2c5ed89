"""The values under which a post is found: what an analyst has decided is no longer open."""

from __future__ import annotations

from dataclasses import replace

import pytest

from falselight.index.fields import field_values
from falselight.tags import TagKind
from tests.falselight.index.documents import a_document, a_tag

OPEN = ["lure:visa-offer", "stance:promotes"]


def open_questions(kind: TagKind, value: str, origin: str) -> list[str]:
    document = a_document("one", tags={"unsure": OPEN})
    document = replace(document, tags=(*document.tags, a_tag(kind, value, origin=origin)))
    return [value for name, value in field_values(document) if name == "unsure"]


@pytest.mark.parametrize(
    ("kind", "value", "left"),
    [
        ("lure", "visa-offer", ["stance:promotes"]),
        ("lure", "logistics", OPEN),
        ("stance", "asks", ["lure:visa-offer"]),
    ],
)
def test_a_verdict_closes_the_question_it_answers(kind: TagKind, value: str, left: list[str]) -> None:
    assert open_questions(kind, value, "analyst:desk") == left


def test_a_model_closes_no_question() -> None:
    assert open_questions("lure", "visa-offer", "model:use@1") == OPEN
