"""The bundled sample, all the way: collect → tag → link → index → alert, on real servers."""

from __future__ import annotations

from email import message_from_bytes, policy
from pathlib import Path

import pytest

from falselight.index import Query
from falselight.sample.world import load_world
from falselight.settings import Settings
from falselight.stages.chain import run_chain
from falselight.stages.house import House, open_house
from falselight.stages.status import status
from tests.end_to_end.endstate import differences, end_state
from tests.privacy import private_strings, scan

pytestmark = pytest.mark.timeout(300)


def received(folder: Path) -> list[bytes]:
    return [path.read_bytes() for path in sorted(folder.glob("*.eml"))]


def test_the_whole_way_and_once_more(
    sample_settings: Settings, mails: tuple[Path, int], subtests: pytest.Subtests
) -> None:
    # One test, since a run costs seconds: each part of it is named.
    with open_house(sample_settings) as house:
        run_chain(house)
        first, sent = end_state(house), received(mails[0])
        with subtests.test("every item of the sample is accounted for"):
            everything_is_accounted_for(house)
        with subtests.test("the analyst finds lures, narratives and corridors"):
            findings_are_there(house)
        with subtests.test("edits, copies and bad rows are seen"):
            quirks_are_seen(house)
        with subtests.test("one alert and one digest were mailed, readable and linked to the page"):
            mails_are_right(sent, sample_settings)
        with subtests.test("a second run changes nothing and sends nothing"):
            run_chain(house)
            assert differences(first, end_state(house)) == []
            assert len(received(mails[0])) == len(sent)
    with subtests.test("no private name, phone, e-mail or handle is found outside evidence"):
        stores = [path for path in sample_settings.home.iterdir() if path.name not in ("evidence", "secrets")]
        assert scan([*stores, mails[0]]) == []
    with subtests.test("the scan would find them where they are: in evidence"):
        assert len(scan([sample_settings.path("evidence")])) > len(private_strings()) // 2


def everything_is_accounted_for(house: House) -> None:
    now = status(house)  # raises where in ≠ out + dropped + quarantined
    world = load_world()
    # Service notices ("Channel photo updated") say nothing and are no items; see connectors/telegram.yml.
    messages = {c.handle.replace("_", "-"): sum(not m.service for m in c.messages) for c in world.channels}
    lines = {line.source: line for line in now.lines if line.stage == "collect"}
    assert {source: lines[source].seen for source in messages} == messages
    assert {o.id: lines[o.id].seen for o in world.outlets} == {o.id: len(o.items) for o in world.outlets}
    assert now.waiting == {"tag": 0, "link": 0, "index": 0}
    assert now.posts == now.indexed > 390
    assert not now.leases


def findings_are_there(house: House) -> None:
    relevant = {"relevant": ["yes"]}
    lures = dict(house.index.terms(Query(filters=relevant), "lure"))
    narratives = dict(house.index.terms(Query(filters=relevant), "narrative"))
    assert {"visa-offer", "transport-offer", "guaranteed-entry", "open-border"} <= lures.keys()
    assert {"eu-hostile", "blame-deflection"} <= narratives.keys()
    corridors = house.index.terms(Query(filters=relevant), "corridor")
    assert corridors[0][0] == "eastern-land"
    languages = dict(house.index.terms(Query(), "language"))
    assert {"en", "ru", "pl", "de", "ar", "ckb", "fr"} <= languages.keys()


def quirks_are_seen(house: House) -> None:
    now = status(house)
    collect = [line for line in now.lines if line.stage == "collect"]
    assert sum(line.out.get("edited", 0) for line in collect) >= 3
    reasons = {item["reason"] for item in now.quarantine}
    assert {"not-json", "bad-date", "no-text"} <= reasons
    copies = [
        line.out.get("near-copy", 0) + line.out.get("exact-copy", 0) for line in now.lines if line.stage == "link"
    ]
    assert sum(copies) >= 15


def mails_are_right(sent: list[bytes], settings: Settings) -> None:
    messages = [message_from_bytes(mail, policy=policy.default) for mail in sent]
    assert len(messages) >= 2
    for message in messages:
        assert message["message-id"]
        assert {part.get_content_type() for part in message.walk()} >= {"text/plain", "text/html", "image/png"}
        html = message.get_body(("html",))
        assert html is not None
        assert settings.page_url in html.get_content()
