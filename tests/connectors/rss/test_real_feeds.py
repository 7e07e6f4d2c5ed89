"""Real feeds and article pages from ../shared (third party: read there, never copied)."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from connectors.articles import article_text
from connectors.rss import CONNECTOR
from falselight.sample import render
from falselight.sample.world import load_world
from tests.components import need
from tests.connectors.making import NOW, drafts, make_raw, make_source, refused


@pytest.fixture(scope="module")
def fixtures() -> Path:
    return need("shared") / "data" / "fixtures"


@pytest.mark.parametrize(("name", "items"), [("real-cnn.rss", 69), ("real-korean-times.rss", 195)])
def test_every_item_of_a_real_feed_becomes_a_draft(fixtures: Path, name: str, items: int) -> None:
    found = list(CONNECTOR.parse([make_raw((fixtures / name).read_bytes())], make_source()))
    assert refused(found) == []
    kept = drafts(found)
    assert len(kept) == items
    assert len({draft.native_id for draft in kept}) == items
    assert all(draft.title and draft.url.startswith("https://www.") for draft in kept)
    assert {draft.published_at.year for draft in kept if draft.published_at != NOW} <= {2021, 2022}
    assert not any("<" in draft.text or "&amp;" in draft.text for draft in kept)


def test_articles_of_the_sample_are_whole_with_every_joiner() -> None:
    whole, empty = 0, []
    for outlet in load_world().outlets:
        for item in outlet.items:
            raw = make_raw(render.article(outlet, item), content_type=f"text/html; charset={outlet.encoding}")
            text = re.sub(r"\s", "", article_text(raw, (outlet.language,)) or "")
            if not text:
                empty.append(item.key)
            elif re.sub(r"\s", "", item.later().body) in text:
                whole += 1
    assert (whole, len(empty)) == (231, 9)  # nine have no text of their own on their page


def test_joiners_written_as_references_are_kept() -> None:
    words = "می&zwnj;فروشند می&#8204;روند می&#x200C;آیند &lrm;+44 " * 20
    text = article_text(make_raw(f"<html><body><article><p>{words}</p></article></body></html>".encode())) or ""
    assert "می\u200cفروشند می\u200cروند می\u200cآیند \u200e+44" in text


def test_text_of_real_pages_has_what_it_must_and_little_else(fixtures: Path) -> None:
    rows = [
        row
        for row in json.loads((fixtures / "html_expected.json").read_text())
        if (fixtures / "html" / row["file"]).exists()
    ]
    must, found, must_not, wrong = 0, 0, 0, 0
    for row in rows:
        raw = make_raw((fixtures / "html" / row["file"]).read_bytes(), url=row["url"], content_type="text/html")
        text = article_text(raw, (row["lang"],)) or ""
        must += len(row["expect_with"])
        found += sum(segment in text for segment in row["expect_with"])
        must_not += len(row["expect_without"])
        wrong += sum(segment in text for segment in row["expect_without"])
    assert (len(rows), must, must_not) == (8, 23, 25)
    assert found >= 22  # measured with trafilatura 2.3.1
    assert wrong <= 3
