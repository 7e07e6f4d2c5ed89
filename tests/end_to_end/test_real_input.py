"""Real input: recorded CNN and Korea Times feeds, Telegram messages and article pages, served over real HTTP.

The recordings are third-party material beside the project (../shared/data/fixtures), never part of it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
import yaml
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from falselight.index import Query
from falselight.settings import Settings
from falselight.stages.chain import run_chain
from falselight.stages.house import open_house
from falselight.stages.status import status
from tests.components import need
from tests.servers.asgi import serve_app

CNN, KOREA_TIMES, CHANNEL = "cnn-feed.example", "korea-times-feed.example", "tme-mirror.example"
ARTICLES = "articles-feed.example"
COUNTS = {"cnn": 69, "korea-times": 195, "tchan": 15, "articles": 8}  # three of the 18 messages are service notices


@pytest.fixture
def recorded() -> Iterator[str]:
    """The recordings on a local server; `address:port`."""
    fixtures = need("shared") / "data" / "fixtures"
    with serve_app(web(fixtures)) as address:
        yield address


def web(fixtures: Path) -> Starlette:
    lines = (fixtures / "telegram_tme_s_messages.jsonl").read_text("utf-8").splitlines()
    messages = [json.loads(line)["html"] for line in lines]

    async def page(request: Request) -> Response:
        host = request.headers["host"].split(":")[0]
        if request.url.path == "/robots.txt":
            return Response(status_code=404)
        if host == ARTICLES:
            return article_page(fixtures / "html", request.url.path)
        if host == CHANNEL:
            body = "" if request.query_params.get("before") else "".join(messages)
            return Response(f"<html><body><main>{body}</main></body></html>", media_type="text/html")
        name = "real-cnn.rss" if host == CNN else "real-korean-times.rss"
        return Response((fixtures / name).read_bytes(), media_type="text/xml")

    return Starlette(routes=[Route("/{path:path}", page)])


def article_page(folder: Path, path: str) -> Response:
    """A recorded article, or the feed that lists them (ours: the pages come from eight sites)."""
    names = sorted(page.name for page in folder.glob("*.html"))
    if path.lstrip("/") in names:
        return Response((folder / path.lstrip("/")).read_bytes(), media_type="text/html")
    items = "".join(f"<item><title>{n}</title><link>http://{ARTICLES}/{n}</link></item>" for n in names)
    return Response(f'<rss version="2.0"><channel><title>A</title>{items}</channel></rss>', media_type="text/xml")


def catalogue(folder: Path) -> Path:
    common = {
        "kind": "outlet", "role": "independent-media", "country": None, "purpose": "situational-awareness",
        "legal_basis": "recorded public pages, in a test", "owner": "tests", "expected_per_day": {"min": 0, "max": 500},
        "seen_at": "shared/data/fixtures", "verified_on": datetime.now(UTC).date(), "review_on": "2030-01-01",
    }  # fmt: skip
    sources = [
        {"id": "cnn", "name": "CNN", "platform": "rss", "address": f"http://{CNN}/feed", "languages": ["en"], **common},
        {"id": "korea-times", "name": "Korea Times", "platform": "rss", "address": f"http://{KOREA_TIMES}/feed", "languages": ["en"], **common},
        {"id": "tchan", "name": "test channel", "platform": "telegram", "address": f"http://{CHANNEL}/s/tchantest", "languages": ["en"], **common, "kind": "channel"},
        {"id": "articles", "name": "articles", "platform": "rss", "address": f"http://{ARTICLES}/feed", "languages": ["en"], **common, "article_text": True},
    ]  # fmt: skip
    path = folder / "recorded.yml"
    path.write_text(yaml.safe_dump({"group": "recorded", "sources": sources}, allow_unicode=True), "utf-8")
    return path


@pytest.mark.timeout(300)
def test_recorded_feeds_and_messages_go_the_whole_way(tmp_path: Path, recorded: str, mails: tuple[Path, int]) -> None:
    settings = Settings(
        home=tmp_path / "var", http_allow_private=True, http_delay_seconds=0, smtp_port=mails[1],
        http_resolve=dict.fromkeys((CNN, KOREA_TIMES, CHANNEL, ARTICLES), recorded),
    )  # fmt: skip
    with open_house(settings, (catalogue(tmp_path),)) as house:
        done = run_chain(house)
        assert {result.error for result in done} == {None}
        now = status(house)
        seen = {line.source: line.seen for line in now.lines if line.stage == "collect"}
        assert seen == COUNTS
        assert now.posts == now.indexed == house.index.count(Query())
        assert now.posts + len(now.quarantine) + dropped(now.lines) == sum(COUNTS.values())
        articles = house.index.search(Query(filters={"source": ["articles"]})).hits
        assert min(len(hit.document.post.text) for hit in articles) > 500
        assert run_chain(house)[0].tally.outcomes.get(("out", "new")) is None


def dropped(lines: list[object]) -> int:
    return sum(sum(line.dropped.values()) for line in lines if line.stage == "collect")  # type: ignore[attr-defined]
