"""link: posts → pairs that belong together, batch by batch against everything kept so far."""

from __future__ import annotations

from collections import Counter

from sqlalchemy.orm import Session

from falselight.linking.duplicates import SIGNER, find_pairs
from falselight.stages.house import House
from falselight.stages.tag import read_posts
from falselight.state import batches, links, posts
from falselight.state.leases import Lease, lease
from falselight.state.links import Signature
from falselight.state.tallies import Tally
from nlp.normalise import fold


def link_all(house: House) -> list[Tally]:
    """Link every tagged batch that is not linked yet."""
    with lease(house.state, "link", house.settings.lease_seconds) as held:
        with house.state.begin() as session:
            waiting = batches.to_link(session)
        return [link_batch(house, name, held) for name in waiting]


def link_batch(house: House, name: str, held: Lease) -> Tally:
    """Find the copies of one batch's posts and note them; returns its counts."""
    read = read_posts(house.landing, name)
    signatures = [SIGNER.sign(post.id, post.revision, fold(post.text).text) for post in read]
    tally = Tally("link", name.split("/", maxsplit=1)[0])
    tally.take(len(read))
    with house.state.begin() as session:
        held.renew_in(session)
        row = batches.batch(session, name)
        pairs = _link(session, name, signatures)
        row.linked_by = SIGNER.revision
        for kind, count in _kinds(signatures, pairs).items():
            for _ in range(count):
                tally.out(kind)
        tally.save(session)
    return tally


def _link(session: Session, name: str, signatures: list[Signature]) -> list[links.Pair]:
    rows = posts.current(session, [signature.post_id for signature in signatures])
    newest = [s for s in signatures if rows[s.post_id].batch == name and rows[s.post_id].revision == s.revision]
    changed = links.forget(session, links.signed(session, [signature.post_id for signature in newest]))
    found: list[links.Pair] = []
    for signature in newest:
        kept = links.candidates(session, signature)
        found += find_pairs(signature, kept)
        links.keep(session, signature)
    links.add(session, found)
    changed |= links.components(session, {post for pair in found for post in (pair.a, pair.b)})
    posts.touch(session, changed)
    return found


def _kinds(signatures: list[Signature], pairs: list[links.Pair]) -> Counter[str]:
    kind_of: dict[str, str] = {}
    for pair in sorted(pairs, key=lambda pair: pair.kind, reverse=True):
        kind_of |= {pair.a: pair.kind, pair.b: pair.kind}  # exact-copy sorts before near-copy and is written last
    return Counter(kind_of.get(signature.post_id, "single") for signature in signatures)
