"""Which country is left, passed or reached, or plays no part: all countries of a text are weighed together.

A conditional random field over the at most five countries of a text: every way of giving out parts gets the sum of the
weights of its signs (signs.py), and the likeliest is taken if it is likely enough. Weights are learned on our corpus
(nlp/training/routes.py), since rules by hand took every country beside a border for a movement.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import combinations
from pathlib import Path

import numpy as np

from falselight.errors import Missing
from nlp.components.reading import PlaceRole, Reading
from nlp.components.signs import Named, country_signs, pair_signs, text_signs

PARTS: tuple[PlaceRole | None, ...] = ("origin", "transit", "destination", None)
FILE = Path(__file__).parents[1] / "training" / "model" / "routes.npz"
N_COUNTS = 36
_TABLES = ("country", "pair", "text")
_Table = Mapping[str, np.ndarray]


@dataclass(frozen=True, slots=True)
class Ways:
    """Every way of giving parts to n countries. `parts` (ways, n): indices into PARTS; `counts` (ways,): which of the 36
    classes of how many are left, passed and reached; `moves` (ways,): 1 where anybody moves, which takes a stop or an end."""

    parts: np.ndarray
    counts: np.ndarray
    moves: np.ndarray


@cache
def ways_of(n: int) -> Ways:
    """All ways for n countries but those in which people only leave."""
    parts = np.stack(np.meshgrid(*[np.arange(4)] * n, indexing="ij"), axis=-1).reshape(-1, n)
    left, passed, reached = ((parts == part).sum(axis=1) for part in range(3))
    kept = (passed + reached > 0) | (left == 0)
    counts = np.minimum(left, 2) * 12 + np.minimum(passed, 3) * 3 + np.minimum(reached, 2)
    return Ways(parts[kept], counts[kept], (passed + reached > 0)[kept].astype(np.float64))


@dataclass(frozen=True, slots=True)
class Weights:
    """`country`: sign → (4,), one weight a part; `pair`: sign → (16,), part of the first × 4 + part of the second; `text`:
    sign → (1,), for any movement; `counts` (36,); `threshold`: from which probability on a way is believed."""

    country: _Table
    pair: _Table
    text: _Table
    counts: np.ndarray
    threshold: float


@cache
def load_weights(path: Path = FILE) -> Weights:
    """Read once a process. Raises Missing where the file is not there."""
    if not path.is_file():
        raise Missing(f"no weights for routes at {path}: python -m nlp.training.routes")
    with np.load(path, allow_pickle=False) as stored:
        tables = {
            name: dict(
                zip(bytes(stored[f"{name}_signs"]).decode().split("\n"), stored[name].astype(np.float64), strict=True)
            )
            for name in _TABLES
        }
        return Weights(**tables, counts=stored["counts"], threshold=float(stored["threshold"]))


@cache
def weights_revision(path: Path = FILE) -> str:
    """First twelve digits of the SHA-256 of the weights. Raises Missing as `load_weights` does."""
    load_weights(path)
    return hashlib.sha256(path.read_bytes()).hexdigest()[:12]


def save_weights(weights: Weights, path: Path = FILE) -> None:
    """Write the weights in half precision, signs as lines of text."""
    arrays: dict[str, np.ndarray] = {"counts": weights.counts, "threshold": np.array(weights.threshold)}
    for name in _TABLES:
        table: _Table = getattr(weights, name)
        arrays[f"{name}_signs"] = np.frombuffer("\n".join(table).encode(), dtype=np.uint8)
        arrays[name] = np.array(list(table.values()), dtype=np.float16)
    np.savez_compressed(path, **arrays)  # type: ignore[arg-type]  # the stub takes the arrays for its flags


def parts_of(reading: Reading, named: Sequence[Named]) -> tuple[tuple[PlaceRole | None, ...], float]:
    """The likeliest parts of the countries in a movement (all None where none is likely enough), and how likely."""
    if not named:
        return (), 0.0
    weights, ways = load_weights(), ways_of(len(named))
    signs = (
        [country_signs(reading, named, at) for at in range(len(named))],
        [pair_signs(reading, one, other) for one, other in combinations(named, 2)],
        [text_signs(reading, named)],
    )
    chance, best = likeliest(scores_of(signs, weights, ways), ways)
    return tuple(PARTS[part] if chance >= weights.threshold else None for part in ways.parts[best]), chance


def likeliest(scores: np.ndarray, ways: Ways) -> tuple[float, int]:
    """(probability, number) of the likeliest way in which anybody moves."""
    chances = np.exp(scores - scores.max())
    chances = chances / chances.sum() * ways.moves
    return float(chances.max()), int(chances.argmax())


def scores_of(signs: Sequence[Sequence[Collection[str]]], weights: Weights, ways: Ways) -> np.ndarray:
    """(ways,): the sum of the weights. `signs`: of each country, of each pair in the order of `combinations`, of the text."""
    countries, pairs, (text,) = signs
    scores: np.ndarray = weights.counts[ways.counts] + _sum(weights.text, text, 1)[0] * ways.moves
    for at, its in enumerate(countries):
        scores = scores + _sum(weights.country, its, 4)[ways.parts[:, at]]
    for (one, other), its in zip(combinations(range(len(countries)), 2), pairs, strict=True):
        scores = scores + _sum(weights.pair, its, 16)[ways.parts[:, one] * 4 + ways.parts[:, other]]
    return scores


def _sum(table: _Table, signs: Collection[str], width: int) -> np.ndarray:
    """The weights of the signs that the table knows, added in the order of their names so that rounding repeats."""
    known = [table[sign] for sign in sorted(signs) if sign in table]
    return np.sum(known, axis=0) if known else np.zeros(width)
