"""A local web and clients that may talk to it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest

from connectors.http import HttpClient, HttpLimits
from tests.servers.http import Web, serve

MakeClient = Callable[..., HttpClient]
AGENT = "Falselight/0.1 (+https://falselight.example/bot)"


@pytest.fixture
def web() -> Iterator[Web]:
    """A server whose answers the test decides."""
    with serve() as running:
        yield running


@pytest.fixture
def make_client() -> Iterator[MakeClient]:
    """Makes clients without pauses that may talk to this machine; keyword arguments are those of HttpLimits."""
    with ExitStack() as stack:

        def make(**limits: Any) -> HttpClient:
            usual = {"user_agent": AGENT, "delay_seconds": 0, "allow_private": True, "timeout_seconds": 5}
            return stack.enter_context(HttpClient(HttpLimits(**{**usual, **limits})))

        yield make


@pytest.fixture
def client(make_client: MakeClient) -> HttpClient:
    """Such a client with the usual limits."""
    return make_client()
