"""A local SMTP server for the demonstration: takes every mail and leaves it as .eml in a folder."""

from __future__ import annotations

import re
import secrets
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any

import fsspec
from aiosmtpd.controller import Controller

from falselight.files import write_whole


class _Keeper:
    """Handler that writes each accepted mail whole before it says 250."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802 (aiosmtpd's name)
        message = message_from_bytes(envelope.content, policy=policy.default)
        name = re.sub(r"[^A-Za-z0-9.-]+", "-", str(message["message-id"] or secrets.token_hex(8)).strip("<>"))[:120]
        write_whole(fsspec.filesystem("file"), str(self.folder / f"{name}.eml"), envelope.content)
        return "250 kept"


@contextmanager
def serve_mail(folder: Path, port: int = 0) -> Iterator[int]:
    """Run the server on loopback for the block; gives its port (0: any free one)."""
    folder.mkdir(parents=True, exist_ok=True)
    controller = Controller(_Keeper(folder), hostname="127.0.0.1", port=port or _free_port(), ready_timeout=20)
    controller.start()
    try:
        yield int(controller.port)
    finally:
        controller.stop()


def _free_port() -> int:
    # aiosmtpd checks its port by connecting to it, so port 0 cannot be used.
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
