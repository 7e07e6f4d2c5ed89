"""The sample's web and a mail server, once per session; a house per test."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from falselight.running.mailserver import serve_mail
from falselight.running.world import surround
from falselight.sample import web
from falselight.settings import Settings


@pytest.fixture(scope="session")
def sample_web() -> Iterator[str]:
    """`address:port` of the sample's local web."""
    with web.serve() as address:
        yield address


@pytest.fixture
def mails(tmp_path: Path) -> Iterator[tuple[Path, int]]:
    """Folder and port of a local mail server that keeps what it takes."""
    folder = tmp_path / "mails"
    with serve_mail(folder) as port:
        yield folder, port


@pytest.fixture
def sample_settings(
    tmp_path: Path, sample_web: str, mails: tuple[Path, int], monkeypatch: pytest.MonkeyPatch
) -> Settings:
    """Settings of `falselight run` on the sample, in the test's own folder."""
    for name, value in surround(Settings(home=tmp_path / "var"), (), web=sample_web, smtp_port=mails[1]).env.items():
        monkeypatch.setenv(name, value)
    return Settings()
