"""Real messages of t.me/s from ../shared, against what another parser's authors expect of them."""

from __future__ import annotations

import ast
import datetime
import json
import re
from typing import Any

import pytest

from connectors.telegram import CONNECTOR
from falselight.post import Draft
from tests.components import need
from tests.connectors.making import make_raw, make_source

EMPTY = {"test_parse_no_posts_found"}
KINDS = {
    "text": set(), "location": set(), "audio": {"audio"}, "document": {"audio"}, "poll": {"poll"}, "sticker": {"other"},
    "video": {"video"}, "round-video": {"video"},
}  # fmt: skip


def _rows() -> list[dict[str, Any]]:
    path = need("shared") / "data" / "fixtures" / "telegram_tme_s_messages.jsonl"
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def _expected(row: dict[str, Any]) -> dict[str, Any]:
    def value(text: str) -> Any:
        return eval(text, {"datetime": datetime}) if text.startswith("datetime.") else ast.literal_eval(text)

    return {name: value(text) for name, text in row["expected_python"].items()}


def _squeezed(text: str | None) -> str:
    return re.sub(r"\s", "", text or "")


def test_every_real_message_is_read_as_expected() -> None:
    rows = _rows()
    messages = services = 0
    for row in rows:
        found = list(
            CONNECTOR.parse([make_raw(row["html"].encode())], make_source(platform="telegram", address="tchantest"))
        )
        if row["test"] in EMPTY:
            assert found == []
            continue
        expected = _expected(row)
        if expected["type"] == "service":
            assert found == []
            services += 1
            continue
        (draft,) = found
        assert isinstance(draft, Draft), row["test"]
        _compare(draft, expected, row["test"])
        messages += 1
    assert (len(rows), messages, services) == (19, 15, 3)


def _compare(draft: Draft, expected: dict[str, Any], name: str) -> None:
    assert draft.native_id == f"{expected['channel'].lower()}/{expected['id']}", name
    assert draft.published_at == expected["created_at"], name
    assert draft.engagement.views == expected["views"], name
    assert (draft.edited_at is not None) == expected["edited"], name
    assert draft.private_names == ((expected["author"],) if expected["author"] else ()), name
    if expected["type"] != "poll":  # they leave the question out, we read it
        assert _squeezed(draft.text) == _squeezed(expected["text"]), name
    assert {item.kind for item in draft.media} == KINDS[expected["type"]], name
    links = [url for kind, url in expected["urls"] if kind == "link" and "t.me/s/" not in url]  # no hashtags
    assert list(draft.links) == list(dict.fromkeys(links)), name
    reply = expected.get("reply_to_id")
    assert draft.reply_to == (f"{draft.channel}/{reply}" if reply else None), name


@pytest.mark.parametrize("number", range(19))
def test_real_messages_parse_the_same_twice(number: int) -> None:
    raw = make_raw(_rows()[number]["html"].encode())
    source = make_source(platform="telegram", address="tchantest")
    assert list(CONNECTOR.parse([raw], source)) == list(CONNECTOR.parse([raw], source))
