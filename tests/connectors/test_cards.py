"""Cards: one per platform, complete, and the settings that modules read are there."""

from __future__ import annotations

from pathlib import Path

import pytest

import connectors
from connectors.cards import card, platforms
from connectors.contract import connector


def test_cards_name_the_platforms() -> None:
    assert platforms() == {"rss", "telegram", "importer"}


@pytest.mark.parametrize("platform", sorted(platforms()))
def test_every_card_has_its_module_and_every_text_says_something(platform: str) -> None:
    assert connector(platform).platform == platform
    found = card(platform)
    texts = (
        found.title,
        found.address,
        found.native_id,
        found.author_kind,
        found.public,
        found.legal,
        found.politeness,
    )
    assert all(len(text) > 20 for text in (*texts, *found.known_gaps))


@pytest.mark.parametrize("platform", sorted(platforms()))
def test_every_setting_of_a_card_is_read(platform: str) -> None:
    code = "".join(path.read_text("utf-8") for path in Path(connectors.__file__).parent.glob("*.py"))
    for name in card(platform).settings:
        assert f'"{name}"' in code, f"{platform}.yml: nothing reads the setting {name}"


def test_unknown_platform_is_answered_with_those_there_are() -> None:
    with pytest.raises(ValueError, match="there are: importer, rss, telegram"):
        connector("carrier-pigeon")
