"""Tables of state. No table holds text of posts, names or contacts; keys of persons and contacts are hashes."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, ClassVar

from sqlalchemy import JSON, DateTime, Index, LargeBinary, String, Text
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from sqlalchemy.types import TypeDecorator

from falselight.window import utc


class UtcDateTime(TypeDecorator[datetime]):
    """Aware moment, stored as UTC; SQLite would otherwise give back a time without zone."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Any) -> datetime | None:
        """To UTC; ValueError for a time without zone."""
        return utc(value) if value is not None else None

    def process_result_value(self, value: datetime | None, dialect: Any) -> datetime | None:
        """Aware, UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Base(DeclarativeBase):
    """Root of the tables; Alembic compares it with the migrations."""

    type_annotation_map: ClassVar[dict[Any, Any]] = {datetime: UtcDateTime, dict[str, Any]: JSON, list[str]: JSON}


class SourceRow(Base):
    """Where the collection of one source stands. `cursor` belongs to its connector."""

    __tablename__ = "sources"
    id: Mapped[str] = mapped_column(String(60), primary_key=True)
    cursor: Mapped[dict[str, Any]] = mapped_column(default=dict)
    next_batch: Mapped[int] = mapped_column(default=1)
    retry_at: Mapped[datetime | None]
    last_ok_at: Mapped[datetime | None]
    last_error: Mapped[str | None] = mapped_column(Text)
    verified_at: Mapped[datetime | None]
    stopped_at: Mapped[datetime | None]


class BatchRow(Base):
    """One stored page of one source, and which later stages are done with it."""

    __tablename__ = "batches"
    name: Mapped[str] = mapped_column(String(120), primary_key=True)
    source: Mapped[str] = mapped_column(String(60), index=True)
    posts: Mapped[int]
    collected_at: Mapped[datetime]
    tagged_by: Mapped[str | None] = mapped_column(String(80))
    linked_by: Mapped[str | None] = mapped_column(String(80))
    evidence_gone_at: Mapped[datetime | None]


class PostRow(Base):
    """The current revision of a post. `version` grows with every change; `indexed` is the version that the index has."""

    __tablename__ = "posts"
    id: Mapped[str] = mapped_column(String(60), primary_key=True)
    source: Mapped[str] = mapped_column(String(60), index=True)
    author: Mapped[str] = mapped_column(String(120), index=True)
    revision: Mapped[int]
    batch: Mapped[str] = mapped_column(String(120), index=True)
    tags_batch: Mapped[str | None] = mapped_column(String(120))
    published_at: Mapped[datetime] = mapped_column(index=True)
    edited_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=1)
    indexed: Mapped[int] = mapped_column(default=0)


Index(
    "ix_posts_to_index",
    PostRow.batch,
    sqlite_where=PostRow.indexed < PostRow.version,
    postgresql_where=PostRow.indexed < PostRow.version,
)


class RevisionRow(Base):
    """Every content a post ever had, so that an old version seen again is no edit."""

    __tablename__ = "revisions"
    post_id: Mapped[str] = mapped_column(String(60), primary_key=True)
    content: Mapped[str] = mapped_column(String(64), primary_key=True)
    revision: Mapped[int]
    batch: Mapped[str] = mapped_column(String(120), index=True)


class TallyRow(Base):
    """Counted outcomes per stage and source: `outcome` is in, out, dropped or quarantined; `reason` a short code."""

    __tablename__ = "tallies"
    stage: Mapped[str] = mapped_column(String(20), primary_key=True)
    source: Mapped[str] = mapped_column(String(60), primary_key=True)
    outcome: Mapped[str] = mapped_column(String(12), primary_key=True)
    reason: Mapped[str] = mapped_column(String(40), primary_key=True, default="")
    count: Mapped[int] = mapped_column(default=0)


class QuarantineRow(Base):
    """One item set aside; `falselight replay` is the way out. `evidence`: id of the record that holds it, if any."""

    __tablename__ = "quarantine"
    stage: Mapped[str] = mapped_column(String(20), primary_key=True)
    source: Mapped[str] = mapped_column(String(60), primary_key=True)
    item: Mapped[str] = mapped_column(String(80), primary_key=True)
    reason: Mapped[str] = mapped_column(String(40))
    detail: Mapped[str] = mapped_column(Text, default="")
    evidence: Mapped[str | None] = mapped_column(String(140))
    at: Mapped[datetime]
    times: Mapped[int] = mapped_column(default=1)
    resolved_at: Mapped[datetime | None]


class LeaseRow(Base):
    """Who holds a piece of work; `owner` is host, boot, pid and a number, so that a dead holder can be told."""

    __tablename__ = "leases"
    name: Mapped[str] = mapped_column(String(120), primary_key=True)
    owner: Mapped[str] = mapped_column(String(200))
    expires_at: Mapped[datetime]


class SignatureRow(Base):
    """What a post's current text is compared by: hash of its words, hashed shingles (uint64, little-endian, sorted)."""

    __tablename__ = "signatures"
    post_id: Mapped[str] = mapped_column(String(60), primary_key=True)
    revision: Mapped[int]
    words: Mapped[int]
    exact: Mapped[str] = mapped_column(String(64), index=True)
    shingles: Mapped[bytes] = mapped_column(LargeBinary)


class BandRow(Base):
    """One band of a signature: posts that share a band are candidates for near duplicates."""

    __tablename__ = "bands"
    band: Mapped[str] = mapped_column(String(40), primary_key=True)
    post_id: Mapped[str] = mapped_column(String(60), primary_key=True, index=True)


class LinkRow(Base):
    """Two posts that belong together; `a` < `b`. `why`: shared words or the rule, readable by an analyst."""

    __tablename__ = "links"
    a: Mapped[str] = mapped_column(String(60), primary_key=True)
    b: Mapped[str] = mapped_column(String(60), primary_key=True, index=True)
    kind: Mapped[str] = mapped_column(String(20))
    score: Mapped[float]
    why: Mapped[str] = mapped_column(Text, default="")


class IncidentRow(Base):
    """What a rule found for one key; findings of the same rule and key join the open incident."""

    __tablename__ = "incidents"
    id: Mapped[str] = mapped_column(String(60), primary_key=True)
    rule: Mapped[str] = mapped_column(String(60), index=True)
    key: Mapped[str] = mapped_column(String(200))
    state: Mapped[str] = mapped_column(String(20))
    severity: Mapped[str] = mapped_column(String(20))
    started_at: Mapped[datetime]
    last_at: Mapped[datetime]
    count: Mapped[int]
    finding: Mapped[dict[str, Any]] = mapped_column(default=dict)


class OutboxRow(Base):
    """One mail to one recipient. `id` is the Message-ID, fixed before sending, so that a repeat can be recognised."""

    __tablename__ = "outbox"
    id: Mapped[str] = mapped_column(String(120), primary_key=True)
    about: Mapped[str] = mapped_column(String(200), index=True)
    recipient: Mapped[str] = mapped_column(String(254))
    subject: Mapped[str] = mapped_column(Text)
    body: Mapped[bytes] = mapped_column(LargeBinary)
    created_at: Mapped[datetime]
    next_try_at: Mapped[datetime] = mapped_column(index=True)
    attempts: Mapped[int] = mapped_column(default=0)
    sent_at: Mapped[datetime | None]
    parked_at: Mapped[datetime | None]
    last_error: Mapped[str | None] = mapped_column(Text)


class AuditRow(Base):
    """Who read evidence, exported, erased, stopped or replayed what, and when. Rows are only ever added."""

    __tablename__ = "audit"
    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    at: Mapped[datetime]
    who: Mapped[str] = mapped_column(String(120))
    action: Mapped[str] = mapped_column(String(40))
    what: Mapped[str] = mapped_column(String(200))
    detail: Mapped[str] = mapped_column(Text, default="")
