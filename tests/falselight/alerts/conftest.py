"""A real mail server and a house whose mails go there, for two receivers."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from falselight.index import Index
from falselight.settings import Settings
from falselight.stages.house import House
from falselight.state import State
from tests.servers.smtp import MailBox, mail_server

RECEIVERS = ("anna@eeas.example", "bo@eeas.example")


@pytest.fixture
def mailbox() -> Iterator[MailBox]:
    with mail_server() as box:
        yield box


@pytest.fixture
def settings(tmp_path: Path, mailbox: MailBox) -> Settings:
    return Settings(
        _env_file=None, home=tmp_path / "var", smtp_host=mailbox.host, smtp_port=mailbox.port, mail_to=RECEIVERS
    )


@pytest.fixture
def index(house: House) -> Index:
    return house.index


@pytest.fixture
def state(house: House) -> State:
    return house.state
