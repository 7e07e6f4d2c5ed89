"""Groups of rows that are nearly the same: they must fall on the same side of every split."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence

import numpy as np

_WORD = re.compile(r"\w+")
# Translations of one idea lie above .8 in the encoder's languages (803 of 11.7 million pairs of the first corpus did);
# in languages it is blind in, unrelated texts do as well, so those rows are compared by words alone.
_SAME_IDEA = 0.8
_SAME_WORDS = 0.3


def shingles(text: str, words: int = 3) -> frozenset[tuple[str, ...]]:
    """Runs of `words` words, lower case; one shorter run where the text has fewer."""
    found = _WORD.findall(text.lower())
    return frozenset(tuple(found[at : at + words]) for at in range(max(1, len(found) - words + 1)))


def near_copies(texts: Sequence[str], *, at_least: float) -> Iterator[tuple[int, int, float]]:
    """Pairs (earlier, later, Jaccard similarity of the three-word runs), where that is at least `at_least`."""
    runs = [shingles(text) for text in texts]
    holders: defaultdict[tuple[str, ...], list[int]] = defaultdict(list)
    for later, mine in enumerate(runs):
        shared = Counter(earlier for run in mine for earlier in holders[run])
        for earlier, n in sorted(shared.items()):
            similarity = n / len(mine | runs[earlier])
            if similarity >= at_least:
                yield earlier, later, similarity
        for run in mine:
            holders[run].append(later)


def near_duplicate_groups(texts: Sequence[str], vectors: np.ndarray, known: np.ndarray) -> np.ndarray:
    """A group number per text, equal for texts linked by near-copied words or, where `known`, by meaning.

    `vectors`: (n, dims), unit length. `known`: (n,) bool, whether the encoder knows the text's language.
    """
    parents = np.arange(len(texts))
    for earlier, later, _ in near_copies(texts, at_least=_SAME_WORDS):
        _join(parents, earlier, later)
    for earlier, later in _same_ideas(vectors, np.flatnonzero(known)):
        _join(parents, earlier, later)
    return np.array([_root(parents, at) for at in range(len(texts))])


def _same_ideas(vectors: np.ndarray, known: np.ndarray) -> Iterator[tuple[int, int]]:
    inside = vectors[known]
    for at, place in enumerate(known):
        for other in np.flatnonzero(inside[at + 1 :] @ inside[at] > _SAME_IDEA):
            yield int(place), int(known[at + 1 + other])


def _root(parents: np.ndarray, at: int) -> int:
    while parents[at] != at:
        parents[at] = parents[parents[at]]
        at = parents[at]
    return int(at)


def _join(parents: np.ndarray, one: int, other: int) -> None:
    parents[_root(parents, other)] = _root(parents, one)
