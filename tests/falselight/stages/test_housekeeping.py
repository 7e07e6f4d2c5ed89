"""Keeping the house: retention, orphans, replay, checking sources, health, rebuilding the index."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from connectors.catalogue import Catalogue, ExpectedPerDay, Source, load_catalogue
from falselight.errors import Halt, Retry
from falselight.index import Query
from falselight.settings import Settings
from falselight.stages.chain import collectable, why_not
from falselight.stages.check import check_source, entry_skeleton
from falselight.stages.collect import collect
from falselight.stages.health import health
from falselight.stages.house import House, open_house
from falselight.stages.index import index_all, rebuild, verify
from falselight.stages.keep import keep_house
from falselight.stages.replay import replay_evidence, replay_quarantine
from falselight.stages.single import run_stage
from falselight.stages.status import status
from falselight.state.tables import AuditRow, BatchRow, PostRow
from tests.servers.asgi import serve_app

ITEM = "<item><guid>http://a.example/{n}</guid><title>Item {n}</title><description>Text {n}</description><pubDate>{when}</pubDate></item>"
GOOD = ITEM.format(n=1, when="Mon, 08 Nov 2021 10:00:00 GMT")
AHEAD = ITEM.format(n=2, when="Thu, 01 Jan 2099 10:00:00 GMT")


@pytest.fixture
def address() -> Iterator[str]:
    """A feed with one good item and one that is dated in 2099; `/gone` is none."""

    async def page(request: Request) -> Response:
        if request.url.path != "/feed":
            return Response(status_code=404)
        return Response(
            f'<rss version="2.0"><channel><title>A</title>{GOOD}{AHEAD}</channel></rss>', media_type="text/xml"
        )

    with serve_app(Starlette(routes=[Route("/{path:path}", page)])) as served:
        yield served


def source(host: str, **changes: object) -> Source:
    made = Source(
        id="a", name="A", platform="rss", address=f"http://{host}/feed", kind="outlet", role="independent-media",
        languages=("en",), purpose="situational-awareness", legal_basis="test", owner="tests", group="tests",
        expected_per_day=ExpectedPerDay(min=0, max=9), seen_at="tests", review_on=date(2030, 1, 1),
    )  # fmt: skip
    return made.model_copy(update=changes)


@pytest.fixture
def house(settings: Settings, address: str) -> Iterator[House]:
    """A house whose catalogue holds that one source, collected once."""
    with open_house(settings) as opened:
        made = replace(opened, catalogue=Catalogue(sources=(source(address),)))
        assert collect(made, source(address)).error is None
        yield made


def audited(house: House) -> list[tuple[str, str]]:
    with house.state.begin() as session:
        return [(row.action, row.what) for row in session.scalars(select(AuditRow).order_by(AuditRow.id))]


def tagged(house: House) -> None:
    with house.state.begin() as session:
        for row in session.scalars(select(BatchRow)):
            row.tagged_by = "nobody"


# -- keeping


def test_evidence_goes_after_its_retention_and_its_going_is_audited(house: House) -> None:
    assert keep_house(house) == {"evidence": 0, "orphans": 0}
    with house.state.begin() as session:
        for row in session.scalars(select(BatchRow)):
            row.collected_at = datetime.now(UTC) - timedelta(days=house.settings.evidence_days + 1)
    assert keep_house(house)["evidence"] == 1
    assert house.evidence.names() == []
    assert ("retire-evidence", "a/000001") in audited(house)
    assert keep_house(house)["evidence"] == 0


def test_files_of_killed_runs_go_once_they_are_old_and_known_ones_stay(house: House) -> None:
    house.landing.write("posts/a/000099", [{"id": "lost"}])
    house.evidence.write("a/000099", [])
    assert keep_house(house)["orphans"] == 0
    assert keep_house(house, orphan_age=timedelta(0))["orphans"] == 2
    assert house.landing.names() == ["posts/a/000001"]
    assert house.evidence.names() == ["a/000001"]


# -- replaying


def test_replay_reads_evidence_again_under_audit_and_an_item_that_is_still_bad_stays_set_aside(house: House) -> None:
    before = status(house)
    [tally] = replay_quarantine(house)
    assert tally.seen == 2
    after = status(house)
    assert [entry["reason"] for entry in after.quarantine] == ["date-implausible"]
    assert after.posts == before.posts == 1
    assert ("read-evidence", "a/000001") in audited(house)


def test_replay_of_all_evidence_finds_nothing_new_where_rules_did_not_change(house: House) -> None:
    [tally] = replay_evidence(house)
    assert tally.outcomes["dropped", "unchanged"] == 1
    assert status(house).posts == 1


# -- checking sources


def test_a_source_that_nobody_has_looked_at_is_not_collected(house: House, address: str) -> None:
    assert "never verified" in str(why_not(house, source(address)))
    assert collectable(house) == []
    with pytest.raises(Halt, match="never verified"):
        list(run_stage(house, "collect", "a"))
    assert check_source(house, source(address)).ok
    assert [entry.id for entry in collectable(house)] == ["a"]
    assert ("verify-source", "a") in audited(house)


def test_a_look_at_a_source_stores_none_of_its_posts(settings: Settings, address: str) -> None:
    with open_house(settings) as empty:
        assert check_source(empty, source(address)).ok
        assert status(empty).posts == 0
        assert empty.landing.names() == empty.evidence.names() == []


def test_a_source_that_cannot_be_fetched_is_not_verified(house: House, address: str) -> None:
    checked = check_source(house, source(address, id="b", address=f"http://{address}/gone"))
    assert not checked.ok
    assert "404" in checked.detail


def test_a_group_whose_every_source_fails_fails(house: House, address: str) -> None:
    gone = source(address, id="b", address=f"http://{address}/gone", verified_on=date(2026, 1, 1))
    broken = replace(house, catalogue=Catalogue(sources=(gone,)))
    with pytest.raises(Retry, match="404"):
        list(run_stage(broken, "collect", "tests"))


def test_an_unknown_stage_is_refused_with_the_names_of_all(house: House) -> None:
    with pytest.raises(Halt, match="collect, tag, link, index, alert, keep"):
        list(run_stage(house, "cook"))


def test_health_tells_too_few_from_unknown(house: House, address: str) -> None:
    quiet = source(address, expected_per_day=ExpectedPerDay(min=5, max=9))
    unseen = source(address, id="b")
    rows = health(replace(house, catalogue=Catalogue(sources=(quiet, unseen))))
    assert [(row.id, row.posts, row.volume) for row in rows] == [("a", 1, "too few"), ("b", 0, "unknown")]


def test_the_skeleton_of_a_new_entry_is_one_once_its_words_are_filled_in(tmp_path: Path) -> None:
    path = tmp_path / "new.yml"
    path.write_text("group: new\nsources:\n" + entry_skeleton("new-one", "rss", "http://a.example/feed"), "utf-8")
    assert load_catalogue([path]).get("new-one").verified_on is None


# -- the index


def test_a_rebuilt_index_is_the_same_and_strangers_go(house: House) -> None:
    tagged(house)
    index_all(house)
    [hit] = house.index.search(Query()).hits
    stranger = replace(hit.document, post=replace(hit.document.post, id="rss-stranger"))
    house.index.put([stranger])
    house.index.delete(ids=[hit.document.post.id])
    found = verify(house)
    assert found["not in the index"] == [hit.document.post.id]
    assert found["not in state"] == ["rss-stranger"]
    assert rebuild(house) == 1
    assert not any(verify(house).values())
    assert house.index.search(Query()).hits[0].document == hit.document


def test_the_index_names_what_it_has_in_an_older_version(house: House) -> None:
    tagged(house)
    index_all(house)
    with house.state.begin() as session:
        for row in session.scalars(select(PostRow)):
            row.version = row.indexed = row.version + 3
    assert len(verify(house)["older in the index"]) == 1
