"""A real HTTP(S) server on loopback whose every answer a test decides: well behaved, broken or hostile."""

from __future__ import annotations

import ssl
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass(frozen=True, kw_only=True)
class Answer:
    """A whole answer; Content-Length is added unless the headers have one or say `chunked`."""

    status: int = 200
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Asked:
    """One request as it came: `path` with query, lower-case header names, `at` in monotonic seconds."""

    path: str
    headers: Mapping[str, str]
    at: float

    @property
    def host(self) -> str:
        """Host header without port."""
        return self.headers.get("host", "").rsplit(":", 1)[0]


Behaviour = Callable[["Handler"], Answer | None]
"""What a path does: gives an answer, or writes to the handler's socket itself and returns None."""


@dataclass
class Web:
    """The running server. `routes`: path without query → answer or behaviour, may change while it runs.

    `hosts`: routes that hold for one Host header only, looked at first. Unknown paths are 404.
    """

    address: str
    scheme: str
    routes: dict[str, Answer | Behaviour] = field(default_factory=dict)
    hosts: dict[str, dict[str, Answer | Behaviour]] = field(default_factory=dict)
    asked: list[Asked] = field(default_factory=list)

    def url(self, path: str, host: str | None = None) -> str:
        """Address of a path, by the server's own address or by a host that a client maps to it."""
        return f"{self.scheme}://{host or self.address}{path}"

    def paths(self) -> list[str]:
        """Paths asked for so far, robots.txt apart."""
        return [asked.path for asked in self.asked if asked.path != "/robots.txt"]


class Handler(BaseHTTPRequestHandler):
    """One connection."""

    protocol_version = "HTTP/1.1"
    web: Web
    asked: Asked

    def do_GET(self) -> None:
        """Answer as the test's routes say."""
        headers = {name.lower(): value for name, value in self.headers.items()}
        self.asked = Asked(path=self.path, headers=headers, at=time.monotonic())
        self.web.asked.append(self.asked)
        path = self.path.split("?")[0]
        routes = self.web.hosts.get(self.asked.host, {})
        route = routes.get(path) or self.web.routes.get(path) or Answer(status=404, body=b"not here")
        answer = route(self) if callable(route) else route
        if answer is not None:
            self.write(answer)

    do_HEAD = do_GET  # noqa: N815 - the name that http.server calls

    def write(self, answer: Answer) -> None:
        """Send one whole answer; to HEAD without its body."""
        self.send_response(answer.status)
        names = {name.lower() for name in answer.headers}
        for name, value in answer.headers.items():
            self.send_header(name, value)
        if not names & {"content-length", "transfer-encoding"}:
            self.send_header("Content-Length", str(len(answer.body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(answer.body)

    def reset(self) -> None:
        """Cut the connection with a TCP reset."""
        import socket
        import struct

        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.close_connection = True
        self.rfile.close()
        self.wfile.close()
        self.connection.close()

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing."""


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Clients that hang up are what tests are about."""


@contextmanager
def serve(*, tls: ssl.SSLContext | None = None) -> Iterator[Web]:
    """Run a server on a free port of 127.0.0.1 for the block."""
    handler = type("BoundHandler", (Handler,), {})
    server = _Server(("127.0.0.1", 0), handler)
    if tls is not None:
        server.socket = tls.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    handler.web = Web(f"127.0.0.1:{server.server_address[1]}", "https" if tls else "http")  # type: ignore[attr-defined]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield handler.web  # type: ignore[attr-defined]
    finally:
        server.shutdown()
        server.server_close()
        thread.join(5)
