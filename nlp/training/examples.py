"""Rows of the corpus that serve as examples: 'this text is nearest to that one, which was labelled so'."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from nlp.training.rows import Row

# 1,200 rows of 512 bytes are 0.6 MB of the model file.
_EXAMPLES = 1_200


def chosen_examples(rows: Sequence[Row], vectors: np.ndarray, groups: np.ndarray) -> tuple[np.ndarray, tuple[str, ...]]:
    """Vectors as int8 (×127) and ids: one row a group, labelled ones first, otherwise evenly through the corpus."""
    _, firsts = np.unique(groups, return_index=True)
    labelled = [at for at in sorted(firsts) if rows[at].lures or rows[at].narratives]
    others = [at for at in sorted(firsts) if not (rows[at].lures or rows[at].narratives)]
    most = _EXAMPLES * 3 // 4
    chosen = sorted([*_spread(labelled, most), *_spread(others, _EXAMPLES - most)])
    return np.rint(vectors[chosen] * 127).astype(np.int8), tuple(rows[at].id for at in chosen)


def _spread(places: Sequence[int], n: int) -> list[int]:
    """At most `n` of the places, evenly spaced."""
    if len(places) <= n:
        return list(places)
    return [places[at * len(places) // n] for at in range(n)]
