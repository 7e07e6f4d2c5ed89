"""Fixtures that every test may use."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import hypothesis
import pytest
from sqlalchemy import create_engine, make_url, text

from falselight.settings import Settings, get_settings
from falselight.stages.house import House, open_house
from tests import postgres
from tests.components import in_ci, need, pytest_sessionfinish, pytest_terminal_summary

__all__ = ["pytest_sessionfinish", "pytest_terminal_summary"]  # hooks of pytest: the closing list of what was not run

# How long an example takes says how busy the machine is; the time limit is the whole test's. CI repeats exactly.
hypothesis.settings.register_profile("falselight", deadline=None, derandomize=in_ci())
hypothesis.settings.load_profile("falselight")


@pytest.fixture(autouse=True)
def _own_environment(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """No test sees the settings of the person who runs it, nor those that another test read."""
    for name in os.environ:
        if name.startswith("FALSELIGHT_"):
            monkeypatch.delenv(name)
    get_settings.cache_clear()
    yield
    get_settings.cache_clear()


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Settings of a new installation in the test's own folder, without waiting between requests."""
    return Settings(_env_file=None, home=tmp_path / "var", http_delay_seconds=0, http_allow_private=True)


@pytest.fixture
def house(settings: Settings) -> Iterator[House]:
    """An open house (DESIGN §2) over `settings`, with the bundled sample's catalogue."""
    with open_house(settings) as opened:
        yield opened


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """SQLAlchemy URL of a real PostgreSQL of this test process, started at first use."""
    with postgres.server(need("postgres")) as url:
        yield url


@pytest.fixture
def postgres_database(postgres_url: str, request: pytest.FixtureRequest) -> Iterator[str]:
    """SQLAlchemy URL of an empty database for one test, in the server of `postgres_url`."""
    name = f"test_{abs(hash(request.node.nodeid)):x}"
    engine = create_engine(postgres_url, isolation_level="AUTOCOMMIT")
    try:
        with engine.connect() as connection:
            connection.execute(text(f"CREATE DATABASE {name}"))
            yield make_url(postgres_url).set(database=name).render_as_string(hide_password=False)
            connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    finally:
        engine.dispose()
