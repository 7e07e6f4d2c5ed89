"""The sample's local web: one HTTP server on loopback that answers for all invented hosts."""

from __future__ import annotations

import hashlib
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC
from email.utils import format_datetime

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from falselight.errors import Missing
from falselight.sample import render
from falselight.sample.world import Outlet, World, load_world

CHANNEL_HOST = "t-me.example"
START_SECONDS = 20.0  # a loaded laptop needs about three
FEED_TYPES = {"rss2": "application/rss+xml", "atom": "application/atom+xml", "rdf": "application/rdf+xml"}


def create_app(world: World | None = None) -> Starlette:
    """The web of the sample; the Host header decides who answers."""
    web = _Web(world or load_world())
    return Starlette(routes=[Route("/robots.txt", web.robots), Route("/{path:path}", web.page)])


class _Web:
    def __init__(self, world: World) -> None:
        self.world = world

    async def robots(self, request: Request) -> Response:
        return Response("User-agent: *\nDisallow: /search\nDisallow: /author/\n", media_type="text/plain")

    async def page(self, request: Request) -> Response:
        host = request.headers.get("host", "").split(":")[0]
        path = request.path_params["path"]
        if host == CHANNEL_HOST:
            return self._channel(request, path)
        outlet = self.world.outlet(host)
        return self._outlet(request, outlet, path) if outlet else Response("no such host", 404)

    def _channel(self, request: Request, path: str) -> Response:
        channel = self.world.channel(path.removeprefix("s/"))
        if channel is None:
            return Response(status_code=302, headers={"location": f"http://{CHANNEL_HOST}/"})
        before = request.query_params.get("before", "")
        body = render.channel_page(channel, int(before) if before.isdigit() else None)
        return Response(body, media_type="text/html; charset=utf-8")

    def _outlet(self, request: Request, outlet: Outlet, path: str) -> Response:
        if path in ("feed.xml", "topics/border.xml"):
            return self._feed(request, outlet, topic=path != "feed.xml")
        item = next((item for item in outlet.items if item.key == path and "no-body" not in item.quirks), None)
        if item is None:
            return Response("<html><body><h1>404</h1></body></html>", 404, media_type="text/html")
        return Response(render.article(outlet, item), media_type=f"text/html; charset={outlet.encoding}")

    def _feed(self, request: Request, outlet: Outlet, *, topic: bool) -> Response:
        body = render.feed(outlet, topic=topic)
        tag = f'"{hashlib.sha256(body).hexdigest()[:16]}"'
        headers = {
            "etag": tag,
            "last-modified": format_datetime(render.last_change(outlet).astimezone(UTC), usegmt=True),
        }
        if request.headers.get("if-none-match") == tag:
            return Response(status_code=304, headers=headers)
        return Response(body, media_type=FEED_TYPES[outlet.flavour], headers=headers)


def hosts(world: World | None = None) -> list[str]:
    """All invented hosts."""
    return [CHANNEL_HOST, *(outlet.host for outlet in (world or load_world()).outlets)]


@contextmanager
def serve(port: int = 0, world: World | None = None) -> Iterator[str]:
    """Run the web on loopback for the block; gives its `address:port` (port 0: any free one)."""
    config = uvicorn.Config(create_app(world), host="127.0.0.1", port=port, log_level="warning", access_log=False)
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True, name="sample-web")
    thread.start()
    try:
        yield _address(server, thread)
    finally:
        server.should_exit = True
        thread.join(START_SECONDS)


def _address(server: uvicorn.Server, thread: threading.Thread) -> str:
    end = time.monotonic() + START_SECONDS
    while not server.started:
        if not thread.is_alive() or time.monotonic() > end:
            raise Missing("the sample's web did not start; is its port taken? Set another with --sample-port")
        time.sleep(0.02)
    host, port = server.servers[0].sockets[0].getsockname()[:2]
    return f"{host}:{port}"
