"""Links in state: signatures kept for comparing, pairs that belong together, groups of copies."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import delete, insert, or_, select
from sqlalchemy.orm import Session

from falselight.state.tables import BandRow, LinkRow, SignatureRow

IN_CHUNK = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Signature:
    """What a post's current text is compared by.

    `exact`: hash of the folded words; `shingles`: hashed pieces, sorted, uint64 little-endian; `bands`: names of the
    LSH bands, equal where the bands are equal, empty on signatures read back. `words`: how many words the text has.
    """

    post_id: str
    revision: int
    words: int
    exact: str
    shingles: bytes
    bands: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """Two posts that belong together, `a` < `b`. `kind`: exact-copy or near-copy; `score` 0–1; `why` in words."""

    a: str
    b: str
    kind: str
    score: float
    why: str


def keep(session: Session, signature: Signature) -> None:
    """Keep the signature of a post that has none, for later comparisons (`forget` removes an older one)."""
    # As plain rows: thirty-three objects a post would take most of the stage's time.
    row = {name: getattr(signature, name) for name in ("post_id", "revision", "words", "exact", "shingles")}
    session.execute(insert(SignatureRow), [row])
    if bands := [{"band": band, "post_id": signature.post_id} for band in dict.fromkeys(signature.bands)]:
        session.execute(insert(BandRow), bands)


def signed(session: Session, ids: Iterable[str]) -> list[str]:
    """Those of the posts that have a signature already: their text has changed."""
    return list(session.scalars(select(SignatureRow.post_id).where(SignatureRow.post_id.in_(list(ids)))))


def forget(session: Session, ids: Iterable[str]) -> set[str]:
    """Remove signatures and pairs of posts whose text changed; returns the posts at the other ends of the pairs."""
    others: set[str] = set()
    for post_id in ids:
        mine = or_(LinkRow.a == post_id, LinkRow.b == post_id)
        others |= {end for row in session.scalars(select(LinkRow).where(mine)) for end in (row.a, row.b)}
        session.execute(delete(LinkRow).where(mine))
        session.execute(delete(BandRow).where(BandRow.post_id == post_id))
        session.execute(delete(SignatureRow).where(SignatureRow.post_id == post_id))
    return others


def candidates(session: Session, signature: Signature) -> list[Signature]:
    """Kept signatures that share a band or the exact words with this one, by post id."""
    shared = select(BandRow.post_id).where(BandRow.band.in_(signature.bands))
    query = select(SignatureRow).where(or_(SignatureRow.post_id.in_(shared), SignatureRow.exact == signature.exact))
    rows = session.scalars(query.where(SignatureRow.post_id != signature.post_id).order_by(SignatureRow.post_id))
    return [
        Signature(post_id=r.post_id, revision=r.revision, words=r.words, exact=r.exact, shingles=r.shingles, bands=())
        for r in rows
    ]


def add(session: Session, pairs: Iterable[Pair]) -> None:
    """Note pairs; a pair that is known is written over."""
    for pair in pairs:
        session.merge(LinkRow(a=pair.a, b=pair.b, kind=pair.kind, score=pair.score, why=pair.why))
    session.flush()


def components(session: Session, ids: set[str]) -> set[str]:
    """All posts that hang together with any of `ids` by pairs, `ids` included."""
    found, edge = set(ids), set(ids)
    while edge:
        edge = _neighbours(session, edge) - found
        found |= edge
    return found


def groups(session: Session, ids: Iterable[str]) -> dict[str, str]:
    """Group id (smallest post id of the group) of every post that has copies."""
    named: dict[str, str] = {}
    for post_id in ids:
        if post_id in named:
            continue
        members = components(session, {post_id})
        if len(members) > 1:
            named |= dict.fromkeys(members, min(members))
    return named


def pairs_of(session: Session, ids: Iterable[str]) -> list[Pair]:
    """Pairs with an end among `ids`, by their ends."""
    wanted = sorted(set(ids))
    found: dict[tuple[str, str], Pair] = {}
    for start in range(0, len(wanted), IN_CHUNK):
        chunk = wanted[start : start + IN_CHUNK]
        for row in session.scalars(select(LinkRow).where(or_(LinkRow.a.in_(chunk), LinkRow.b.in_(chunk)))):
            found[row.a, row.b] = Pair(a=row.a, b=row.b, kind=row.kind, score=row.score, why=row.why)
    return [found[key] for key in sorted(found)]


def _neighbours(session: Session, ids: set[str]) -> set[str]:
    return {end for pair in pairs_of(session, ids) for end in (pair.a, pair.b)}
