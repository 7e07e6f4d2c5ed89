"""Posts in state: which revisions are known, and which changes the index has not seen."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Literal

from sqlalchemy import and_, or_, select, update
from sqlalchemy.orm import Session

from falselight.post import Post
from falselight.state.tables import BatchRow, PostRow, RevisionRow

Admission = Literal["new", "edited", "unchanged", "known-revision", "older-revision"]
IN_CHUNK = 500  # SQLite takes at most 32,766 variables a statement; 500 keeps statements small


def admit(session: Session, post: Post, batch: str) -> tuple[Admission, Post]:
    """Decide what a parsed post is against what is known, and note it where it is new or edited.

    A content seen before is no edit, so two feeds that carry two versions of one post come to rest.
    """
    row = session.get(PostRow, post.id)
    if row is None:
        return "new", _add(session, post, batch)
    known = session.get(RevisionRow, (post.id, post.content))
    if known is not None:
        return ("unchanged" if known.revision == row.revision else "known-revision"), post
    if row.edited_at is not None and (post.edited_at is None or post.edited_at < row.edited_at):
        return "older-revision", post
    return "edited", _revise(session, row, post, batch)


def _add(session: Session, post: Post, batch: str) -> Post:
    session.add(
        PostRow(
            id=post.id, source=post.source, author=post.author.key, revision=0, batch=batch,
            published_at=post.published_at, edited_at=post.edited_at, version=1, indexed=0,
        )
    )  # fmt: skip
    session.add(RevisionRow(post_id=post.id, content=post.content, revision=0, batch=batch))
    session.flush()
    return post


def _revise(session: Session, row: PostRow, post: Post, batch: str) -> Post:
    row.revision += 1
    row.version += 1
    row.batch, row.edited_at = batch, post.edited_at or row.edited_at
    session.add(RevisionRow(post_id=post.id, content=post.content, revision=row.revision, batch=batch))
    session.flush()
    return post.with_revision(row.revision)


def touch(session: Session, ids: Iterable[str]) -> None:
    """Note that tags, links or verdicts of these posts have changed, so that the index takes them again."""
    for chunk in _chunks(sorted(set(ids))):
        session.execute(update(PostRow).where(PostRow.id.in_(chunk)).values(version=PostRow.version + 1))


def to_index(session: Session, limit: int) -> list[PostRow]:
    """Posts whose newest version the index does not have and whose batch is tagged, batch by batch."""
    query = (
        select(PostRow)
        .join(BatchRow, BatchRow.name == PostRow.batch)
        .where(PostRow.indexed < PostRow.version, BatchRow.tagged_by.is_not(None))
        .order_by(PostRow.batch, PostRow.id)
        .limit(limit)
    )
    return list(session.scalars(query))


def mark_indexed(session: Session, versions: Sequence[tuple[str, int]]) -> None:
    """Note that the index has this version; a change that came meanwhile stays to be done."""
    for chunk in _chunks(list(versions)):
        pairs = or_(*(and_(PostRow.id == post_id, PostRow.indexed < version) for post_id, version in chunk))
        wanted = dict(chunk)
        for row in session.scalars(select(PostRow).where(pairs)):
            row.indexed = wanted[row.id]


def current(session: Session, ids: Iterable[str]) -> dict[str, PostRow]:
    """Rows of these posts by id; unknown ids are left out."""
    found: dict[str, PostRow] = {}
    for chunk in _chunks(sorted(set(ids))):
        found.update({row.id: row for row in session.scalars(select(PostRow).where(PostRow.id.in_(chunk)))})
    return found


def _chunks(items: list[Any]) -> Iterable[list[Any]]:
    return (items[start : start + IN_CHUNK] for start in range(0, len(items), IN_CHUNK))
