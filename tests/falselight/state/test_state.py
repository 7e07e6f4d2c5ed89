"""State on both databases: migrations, leases, tallies, quarantine, revisions."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from alembic import command
from sqlalchemy import text

from falselight.errors import Halt, Missing, Retry
from falselight.post import Author, Post
from falselight.state import State, audit, batches, posts, quarantine
from falselight.state.leases import Lease, lease
from falselight.state.quarantine import SetAside
from falselight.state.store import alembic_config
from falselight.state.tables import AuditRow, BatchRow, LeaseRow, PostRow, QuarantineRow
from falselight.state.tallies import Tally, Unbalanced, tallies

NOW = datetime(2021, 11, 8, 12, tzinfo=UTC)


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def state(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[State]:
    url = (
        f"sqlite:///{tmp_path / 'state.sqlite'}"
        if request.param == "sqlite"
        else request.getfixturevalue("postgres_url")
    )
    opened = State(url)
    yield opened
    with opened.begin() as session:
        for table in ("posts", "revisions", "batches", "sources", "tallies", "quarantine", "leases", "audit"):
            session.execute(text(f"DELETE FROM {table}"))
    opened.close()


def post(**changes: object) -> Post:
    made = Post(
        id="rss-1", source="a", platform="rss", channel="a", url="http://a.example/1", text="first", published_at=NOW,
        collected_at=NOW, author=Author(kind="outlet", key="a", name="A"), raw="a/000001#0",
    )  # fmt: skip
    return replace(made, **changes)  # type: ignore[arg-type]


def test_migrations_lead_to_the_tables_that_the_code_declares(state: State) -> None:
    with state.engine.connect() as connection:
        command.check(alembic_config(connection))  # raises when a migration is missing


def test_opening_twice_changes_nothing(state: State) -> None:
    State(state.url).close()


def test_state_of_a_newer_release_is_left_alone(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'state.sqlite'}"
    opened = State(url)
    with opened.begin() as session:
        session.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    opened.close()
    with pytest.raises(Halt, match="newer release"):
        State(url)


def test_a_server_that_is_down_is_named() -> None:
    with pytest.raises(Missing, match="server started"):
        State("postgresql+psycopg://nobody@127.0.0.1:1/none")


def test_times_come_back_aware(state: State) -> None:
    with state.begin() as session:
        batches.add_batch(session, batches.source_row(session, "a"), 1, NOW)
    with state.begin() as session:
        row = session.get(BatchRow, "a/000001")
        assert row is not None
        assert row.collected_at == NOW


def test_a_failed_transaction_leaves_nothing(state: State) -> None:
    with pytest.raises(RuntimeError), state.begin() as session:  # noqa: PT012 - the block is the transaction
        posts.admit(session, post(), "a/000001")
        raise RuntimeError
    with state.begin() as session:
        assert session.get(PostRow, "rss-1") is None


# -- leases


def test_a_second_holder_is_told_to_come_back(state: State) -> None:
    with lease(state, "tag", 60), pytest.raises(Retry, match="being worked on"), lease(state, "tag", 60):
        pass


def test_a_released_lease_is_free(state: State) -> None:
    for _ in range(2):
        with lease(state, "tag", 60):
            pass


def test_an_expired_lease_can_be_taken_and_its_old_holder_notices(state: State) -> None:
    old = Lease(state, "tag", -1)
    old.renew()
    with lease(state, "tag", 60), pytest.raises(Retry):
        old.renew()


def test_a_dead_holder_is_replaced_at_once(state: State) -> None:
    code = (
        "import sys, os\nfrom falselight.state import State\nfrom falselight.state.leases import Lease\n"
        "Lease(State(sys.argv[1]), 'tag', 3600).renew()\nos.kill(os.getpid(), 9)"
    )
    done = subprocess.run([sys.executable, "-c", code, state.url], check=False)
    assert done.returncode == -9
    with state.begin() as session:
        assert session.get(LeaseRow, "tag") is not None
    with lease(state, "tag", 60):
        pass


def test_a_holder_on_another_machine_is_waited_for(state: State) -> None:
    with state.begin() as session:
        later = datetime.now(UTC) + timedelta(hours=1)
        session.add(LeaseRow(name="tag", owner=f"elsewhere:1/{os.getpid()}/1/1", expires_at=later))
    with pytest.raises(Retry, match="elsewhere"), lease(state, "tag", 60):
        pass


# -- counting


def test_counts_that_do_not_add_up_are_refused(state: State) -> None:
    tally = Tally("tag", "a")
    tally.take(2)
    tally.out("relevant")
    with pytest.raises(Unbalanced, match="2 in, 1 accounted"), state.begin() as session:
        tally.save(session)


def test_counts_add_up_over_runs(state: State) -> None:
    for _ in range(2):
        tally = Tally("tag", "a")
        tally.take(3)
        tally.out()
        tally.dropped("unchanged")
        tally.quarantined("no-text")
        with state.begin() as session:
            tally.save(session)
    with state.begin() as session:
        [total] = tallies(session)
    assert total.seen == 6
    assert total.outcomes == {("out", ""): 2, ("dropped", "unchanged"): 2, ("quarantined", "no-text"): 2}


# -- quarantine


def test_an_item_is_set_aside_once_and_counted_up(state: State) -> None:
    item = SetAside(
        stage="collect", source="a", item="@someone/1", reason="no-text", detail="x" * 9000, evidence="a/1#0"
    )
    with state.begin() as session:
        quarantine.set_aside(session, [item, item], NOW)
    with state.begin() as session:
        [row] = quarantine.open_items(session)
        assert (row.times, row.evidence, len(row.detail)) == (2, "a/1#0", 500)
        assert "someone" not in row.item
        quarantine.resolve(session, "collect", "a", "@someone/1", NOW)
    with state.begin() as session:
        assert quarantine.open_items(session) == []
        assert session.query(QuarantineRow).count() == 1


# -- posts and revisions


def test_a_post_is_new_then_unchanged(state: State) -> None:
    with state.begin() as session:
        assert posts.admit(session, post(), "a/000001")[0] == "new"
        assert posts.admit(session, post(), "a/000001")[0] == "unchanged"


def test_an_edit_is_a_revision_and_the_old_text_seen_again_is_none(state: State) -> None:
    with state.begin() as session:
        posts.admit(session, post(), "a/000001")
        what, revised = posts.admit(session, post(text="second"), "a/000002")
        assert (what, revised.revision) == ("edited", 1)
        assert posts.admit(session, post(), "a/000003")[0] == "known-revision"
        assert posts.admit(session, post(text="second"), "a/000003")[0] == "unchanged"


def test_a_version_that_is_older_by_its_own_date_never_replaces_a_newer_one(state: State) -> None:
    with state.begin() as session:
        posts.admit(session, post(text="late", edited_at=NOW), "a/000001")
        assert posts.admit(session, post(text="early"), "a/000002")[0] == "older-revision"
        earlier = post(text="earlier", edited_at=NOW - timedelta(hours=1))
        assert posts.admit(session, earlier, "a/000002")[0] == "older-revision"


def test_a_change_while_indexing_is_not_lost(state: State) -> None:
    with state.begin() as session:
        batches.add_batch(session, batches.source_row(session, "a"), 1, NOW).tagged_by = "t"
        posts.admit(session, post(), "a/000001")
    with state.begin() as session:
        [row] = posts.to_index(session, 10)
        version = row.version
    with state.begin() as session:
        posts.touch(session, ["rss-1"])
        posts.mark_indexed(session, [("rss-1", version)])
    with state.begin() as session:
        assert [row.version for row in posts.to_index(session, 10)] == [version + 1]


def test_the_audit_log_only_grows(state: State) -> None:
    with state.begin() as session:
        audit.note(session, "stop-source", "a", "why", who="officer")
    with state.begin() as session:
        [row] = session.query(AuditRow).all()
        assert (row.who, row.action, row.what) == ("officer", "stop-source", "a")
