"""Opening state: engine, migrations, transactions."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, Engine, create_engine, event, inspect, make_url, text
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from falselight.errors import Halt, Missing

if TYPE_CHECKING:
    from alembic.config import Config

MIGRATIONS = Path(__file__).parent / "migrations"
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
                found, newest = _revision(connection), newest_revision()
                if found is not None and found > newest:
                    raise Halt(f"state is of a newer release (tables {found}, ours {newest}); update Falselight")
                if found != newest:
                    _upgrade(connection)
                    connection.commit()
        except OperationalError as error:
            raise Missing(
                f"state {make_url(self.url)!r} does not answer: {error.orig}; is the server started?"
            ) from error


def newest_revision() -> str:
    """Revision of the newest migration; files are numbered."""
    return max(path.stem.split("_")[0] for path in (MIGRATIONS / "versions").glob("[0-9]*.py"))


def _revision(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()


def _upgrade(connection: Connection) -> None:
    from alembic import command  # half a second of every task, for what is needed once a release

    command.upgrade(alembic_config(connection), "head")


def alembic_config(connection: Connection) -> Config:
    """Alembic's configuration over our migrations, run on this connection."""
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
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
