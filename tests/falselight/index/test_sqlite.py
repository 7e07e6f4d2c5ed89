"""The embedded index: the contract, and what only a file on a disk can get wrong."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from falselight.errors import Halt, Missing
from falselight.index import Query, open_index
from falselight.index.sqlite import SqliteIndex
from tests.falselight.index.contract_suite import IndexContract
from tests.falselight.index.documents import a_contact, a_document

WRITER = """
import sys
from datetime import UTC, datetime
from falselight.index.sqlite import SqliteIndex
from falselight.index import Document
from falselight.post import Author, Post

def document(writer, put, n):
    at = datetime(2021, 11, 8, tzinfo=UTC)
    post = Post(id=f"rss-{writer}-{put}-{n}", source="s", platform="rss", channel="c", url="https://o.example/1",
                text=f"put{writer}x{put} some words to index " * 20, published_at=at, collected_at=at,
                author=Author(kind="outlet", key="o"), raw="e")
    return Document(post=post, version=1)

index = SqliteIndex(sys.argv[1])
for put in range(int(sys.argv[3])):
    index.put([document(sys.argv[2], put, n) for n in range(20)])
    print(put, flush=True)
"""


@pytest.fixture
def index(tmp_path: Path) -> Iterator[SqliteIndex]:
    made = SqliteIndex(tmp_path / "index.sqlite")
    yield made
    made.close()


class TestSqliteIndex(IndexContract):
    """The contract suite over SQLite FTS5."""


def write_beside(path: Path, name: str, puts: int) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", WRITER, str(path), name, str(puts)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


def test_a_path_opens_the_embedded_index(tmp_path: Path) -> None:
    index = open_index(str(tmp_path / "new" / "index.sqlite"))
    assert index.count(Query()) == 0
    index.close()


def test_documents_survive_closing(tmp_path: Path) -> None:
    with_one = SqliteIndex(tmp_path / "i.sqlite")
    with_one.put([a_document("one")])
    with_one.close()
    again = SqliteIndex(tmp_path / "i.sqlite")
    assert again.get(a_document("one").post.id) == a_document("one")
    again.close()


def test_several_processes_write_at_once_and_lose_nothing(index: SqliteIndex, tmp_path: Path) -> None:
    writers = [write_beside(tmp_path / "index.sqlite", str(n), 10) for n in range(3)]
    assert [writer.wait(60) for writer in writers] == [0, 0, 0]
    assert index.count(Query()) == 3 * 10 * 20
    for writer in writers:
        writer.stdout.close()  # type: ignore[union-attr]


@pytest.mark.parametrize("delay", [0.0, 0.01, 0.03, 0.07])
def test_a_killed_writer_leaves_whole_puts_only(index: SqliteIndex, tmp_path: Path, delay: float) -> None:
    writer = write_beside(tmp_path / "index.sqlite", "k", 10_000)
    assert writer.stdout is not None
    writer.stdout.readline()
    time.sleep(delay)
    writer.send_signal(signal.SIGKILL)
    written = 1 + len(writer.stdout.readlines())
    writer.wait()
    writer.stdout.close()
    assert index.count(Query()) in (written * 20, written * 20 + 20)
    assert index.count(Query(text=f"putkx{written - 1}")) == 20
    with sqlite3.connect(tmp_path / "index.sqlite") as database:
        assert database.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        database.execute("INSERT INTO words (words) VALUES ('integrity-check')")
    database.close()


def test_readers_do_not_wait_for_a_writer(index: SqliteIndex, tmp_path: Path) -> None:
    index.put([a_document("one")])
    writer = sqlite3.connect(tmp_path / "index.sqlite", isolation_level=None)
    writer.execute("BEGIN IMMEDIATE")
    writer.execute("DELETE FROM posts")
    start = time.monotonic()
    assert index.search(Query(text="border")).total == 1
    assert time.monotonic() - start < 5
    writer.execute("ROLLBACK")
    writer.close()


def test_counts_follow_what_another_process_writes(index: SqliteIndex, tmp_path: Path) -> None:
    assert index.terms(Query(), "source") == []
    other = SqliteIndex(tmp_path / "index.sqlite")
    other.put([a_document("one")])
    assert index.terms(Query(), "source") == [("outlet-a", 1)]
    other.close()


def test_threads_share_an_index(index: SqliteIndex) -> None:
    totals: list[int] = []

    def work(n: int) -> None:
        index.put([a_document(f"{n}-{k}") for k in range(20)])
        totals.append(index.count(Query(text="border")))

    threads = [threading.Thread(target=work, args=(n,)) for n in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert max(totals) == index.count(Query()) == 120


@pytest.mark.filterwarnings("ignore:This process.*fork:DeprecationWarning")
def test_a_forked_child_opens_its_own_connection(index: SqliteIndex) -> None:
    index.put([a_document("parent")])
    child = os.fork()
    if child == 0:
        index.put([a_document("child")])
        os._exit(0 if index.count(Query()) == 2 else 1)
    assert os.waitpid(child, 0)[1] == 0
    assert index.count(Query()) == 2


def test_nothing_of_an_erased_post_stays_in_the_files(index: SqliteIndex, tmp_path: Path) -> None:
    secret = a_document("secret", "Zanzibarquux", contacts=(a_contact("deadbeefdeadbeef"),), channel="quuxchannel")
    index.put([secret, a_document("other", contacts=(a_contact("c0ffee"),))])
    index.put([a_document(str(n)) for n in range(50)])
    assert b"zanzibarquux" in b"".join(file.read_bytes() for file in tmp_path.iterdir())
    index.delete(ids=[secret.post.id])
    stored = b"".join(file.read_bytes() for file in tmp_path.iterdir() if not file.name.endswith("-shm"))
    for word in (b"zanzibarquux", b"Zanzibarquux", b"deadbeefdeadbeef", b"quuxchannel", secret.post.id.encode()):
        assert word not in stored
    assert b"c0ffee" in stored


def test_a_file_that_is_no_database_says_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "index.sqlite").write_text("no database " * 100)
    with pytest.raises(Missing, match="falselight index rebuild"):
        SqliteIndex(tmp_path / "index.sqlite")


def test_a_place_that_cannot_be_written_says_so(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(Missing, match="folder cannot be made"):
        SqliteIndex(tmp_path / "file" / "index.sqlite")


def test_an_index_of_another_release_is_not_touched(tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "index.sqlite") as database:
        database.execute("PRAGMA user_version=99")
    database.close()
    with pytest.raises(Halt, match=r"layout 99.*rebuild"):
        SqliteIndex(tmp_path / "index.sqlite")
