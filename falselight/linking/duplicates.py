"""Exact and near copies: MinHash + LSH find candidates, exact Jaccard on shingles decides.

Shingles are pieces of five characters of the folded text: they work for every script of the routes and for
short adverts, where word shingles leave too few pieces.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
from rensa import RMinHash

from falselight.state.links import Pair, Signature

PIECE_CHARS = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Signer:
    """Makes signatures. 32 bands of 4 rows: candidates from a Jaccard of about (1/32)^(1/4) = .42 on."""

    permutations: int = 128
    bands: int = 32
    seed: int = 2021
    near: float = 0.6
    min_words: int = 8

    @property
    def revision(self) -> str:
        """Changes whenever the same texts could give other pairs."""
        return f"minhash{self.permutations}x{self.bands}-c{PIECE_CHARS}-j{self.near:g}-w{self.min_words}@1"

    def sign(self, post_id: str, revision: int, folded: str) -> Signature:
        """Signature of a text that is folded already (nlp.normalise): case, marks and letter variants do not count."""
        words = folded.split()
        shingles = _shingles(" ".join(words))
        return Signature(
            post_id=post_id,
            revision=revision,
            words=len(words),
            exact=hashlib.sha256(" ".join(words).encode("utf-8", "replace")).hexdigest(),
            shingles=shingles.tobytes(),
            bands=self._bands(shingles),
        )

    def _bands(self, shingles: np.ndarray) -> tuple[str, ...]:
        if not shingles.size:
            return ()
        minhash = RMinHash.digests_from_token_sets(
            [[bytes(piece) for piece in shingles.view("S8")]], self.permutations, self.seed
        )
        rows = np.asarray(minhash[0], dtype="<u4").reshape(self.bands, -1)
        return tuple(
            f"{number:02d}{hashlib.blake2b(row.tobytes(), digest_size=8).hexdigest()}"
            for number, row in enumerate(rows)
        )


SIGNER = Signer()


def find_pairs(signature: Signature, kept: list[Signature], signer: Signer = SIGNER) -> list[Pair]:
    """Pairs of one post with its candidates: same words, or a Jaccard of at least `signer.near`.

    Texts of fewer than `signer.min_words` words only pair when they are the same: short texts are alike by chance.
    """
    mine = np.frombuffer(signature.shingles, dtype="<u8")
    return [pair for other in kept if (pair := _pair(signature, mine, other, signer)) is not None]


def pairs_of_texts(texts: Iterable[tuple[str, str]], signer: Signer = SIGNER) -> Iterator[Pair]:
    """Pairs among (id, folded text) rows in memory, by the later row; the same pairs as the stage finds in state."""
    by_band: dict[str, list[Signature]] = {}
    for text_id, folded in texts:
        signature = signer.sign(text_id, 0, folded)
        keys = [*signature.bands, signature.exact]
        kept = {other.post_id: other for key in keys for other in by_band.get(key, ())}
        yield from find_pairs(signature, [kept[name] for name in sorted(kept)], signer)
        for key in dict.fromkeys(keys):
            by_band.setdefault(key, []).append(signature)


def jaccard(left: np.ndarray, right: np.ndarray) -> float:
    """Shared pieces over all pieces of two sorted arrays without repeats; 0.0 for two empty ones."""
    shared = np.intersect1d(left, right, assume_unique=True).size
    union = left.size + right.size - shared
    return shared / union if union else 0.0


def _pair(signature: Signature, mine: np.ndarray, other: Signature, signer: Signer) -> Pair | None:
    a, b = sorted((signature.post_id, other.post_id))
    if signature.words and signature.exact == other.exact:
        return Pair(a=a, b=b, kind="exact-copy", score=1.0, why="the same words")
    if min(signature.words, other.words) < signer.min_words:
        return None
    score = round(jaccard(mine, np.frombuffer(other.shingles, dtype="<u8")), 3)
    if score < signer.near:
        return None
    return Pair(a=a, b=b, kind="near-copy", score=score, why=f"{score:.0%} of the text pieces are the same")


def _shingles(text: str) -> np.ndarray:
    pieces = (
        {text[start : start + PIECE_CHARS] for start in range(max(1, len(text) - PIECE_CHARS + 1))} if text else set()
    )
    if not pieces:
        return np.empty(0, dtype="<u8")
    hashes = RMinHash.hash_token_sets([sorted(pieces)])[0]
    return np.unique(np.asarray(hashes, dtype="<u8"))
