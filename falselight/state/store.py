"""Opening state: engine, migrations, transactions."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from sqlalchemy import Engine, create_engine, event, make_url
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from falselight.errors import Missing

BUSY_TIMEOUT_MS = 30_000  # a writer of ours holds the file for milliseconds; 30 s covers a slow disk


class State:
    """The state database. `url`: SQLAlchemy URL. Opening brings the tables to the newest migration."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.engine = _engine(url)
        self._migrate()

    @contextmanager
    def begin(self) -> Iterator[Session]:
        """One transaction that may write: committed as a whole at the end, rolled back on any exception."""
        with Session(self.engine, expire_on_commit=False) as session, session.begin():
            yield session

    def close(self) -> None:
        """Give all connections back."""
        self.engine.dispose()

    def _migrate(self) -> None:
        try:
            with self.engine.connect() as connection:
                command.upgrade(alembic_config(connection), "head")
                connection.commit()
        except OperationalError as error:
            raise Missing(f"state {make_url(self.url)!r} does not answer: {error.orig}; is the server started?") from error


def alembic_config(connection: Any = None) -> Config:
    """Alembic's configuration over our migrations; `connection` None for commands that open their own."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.attributes["connection"] = connection
    return config


def _engine(url: str) -> Engine:
    if not url.startswith("sqlite"):
        return create_engine(url, pool_pre_ping=True)
    if (path := make_url(url).database) and path != ":memory:":
        Path(path).parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(url, connect_args={"timeout": BUSY_TIMEOUT_MS / 1000})
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_immediate)
    return engine


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # we say BEGIN ourselves, see below
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")  # a committed batch must survive a power cut
    connection.execute("PRAGMA foreign_keys=ON")


def _begin_immediate(connection: Any) -> None:
    # A deferred transaction that reads first and writes later fails with SQLITE_BUSY at once when two of them meet.
    connection.exec_driver_sql("BEGIN IMMEDIATE")
