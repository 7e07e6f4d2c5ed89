"""Whether a missing component is skipped with its command here, and fails the run with CI=true."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from tests import components
from tests.components import COMPONENTS, Component, need

pytest_plugins = ["pytester"]
MISSING = Component(find=lambda: None, install="sudo apt-get install lighthouse")


@pytest.fixture
def lighthouse(monkeypatch: pytest.MonkeyPatch) -> str:
    """A component that no machine has."""
    monkeypatch.setitem(COMPONENTS, "lighthouse", MISSING)
    return "lighthouse"


def test_missing_component_is_skipped_with_its_command(lighthouse: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CI", raising=False)
    with pytest.raises(pytest.skip.Exception, match="sudo apt-get install lighthouse"):
        need(lighthouse)


def test_missing_component_fails_in_ci(lighthouse: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CI", "true")
    with pytest.raises(pytest.fail.Exception, match="sudo apt-get install lighthouse"):
        need(lighthouse)


@pytest.mark.parametrize(("ci", "code"), [("", 0), ("true", 1)])
def test_run_closes_with_what_was_not_run(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch, ci: str, code: int
) -> None:
    monkeypatch.setenv("CI", ci)
    monkeypatch.setenv("PYTHONPATH", str(components.ROOT))
    pytester.makeconftest("from tests.components import pytest_sessionfinish, pytest_terminal_summary")
    pytester.makepyfile(
        """
        import pytest

        def test_lit(): ...

        def test_dark():
            pytest.skip("NOT RUN: lighthouse is missing; install it with: sudo apt-get install lighthouse")
        """
    )
    result = pytester.runpytest_subprocess()
    assert result.ret == code
    result.stdout.fnmatch_lines(["=* NOT RUN *=", "1 test: lighthouse is missing; install it with: sudo apt-get*"])


@pytest.mark.postgres
def test_postgres_is_real_and_each_test_gets_its_own(postgres_database: str) -> None:
    engine = create_engine(postgres_database)
    with engine.connect() as connection:
        assert str(connection.scalar(text("SELECT version()"))).startswith("PostgreSQL ")
        assert connection.scalar(text("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'")) == 0
    engine.dispose()


def test_shared_is_beside_the_checkout() -> None:
    assert need("shared") == Path(components.ROOT).parent / "shared"
