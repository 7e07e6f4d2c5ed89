"""A real server with the sample behind it."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import httpx
import pytest
import uvicorn

from falselight.desk import create_app
from falselight.index import Document, Index
from falselight.index.sqlite import SqliteIndex
from tests.falselight.desk.sample import NOW, sample


@contextmanager
def served(index: Index, clock: Callable[[], datetime] = lambda: NOW) -> Iterator[httpx.Client]:
    """A client of a server on a free port of this machine."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        url = f"http://127.0.0.1:{listening.getsockname()[1]}"
        config = uvicorn.Config(create_app(index, page_url=url, clock=clock), log_level="critical", ws="none")
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, args=([listening],))
        thread.start()
        while not server.started:
            time.sleep(0.01)
        try:
            with httpx.Client(base_url=url, timeout=30) as client:
                yield client
        finally:
            server.should_exit = True
            thread.join()


@pytest.fixture(scope="session")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    """The desk over the sample; nobody writes to it."""
    index = SqliteIndex(tmp_path_factory.mktemp("desk") / "index.sqlite")
    index.put(sample())
    with served(index) as client:
        yield client
    index.close()


@pytest.fixture
def desk_of(tmp_path: Path) -> Iterator[Callable[[list[Document]], httpx.Client]]:
    """Makes a desk over the given documents."""
    index = SqliteIndex(tmp_path / "index.sqlite")
    with served(index) as client:

        def put(documents: list[Document]) -> httpx.Client:
            index.put(documents)
            return client

        yield put
    index.close()
