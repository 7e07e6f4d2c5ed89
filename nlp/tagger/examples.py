"""The nearest row of our corpus that carries a label: 'this text is like that one'."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from nlp.heads import Heads
from nlp.training.corpus import corpus_rows
from nlp.training.rows import Row

_EXCERPT_CHARACTERS = 140


@dataclass(frozen=True, slots=True)
class Near:
    """An example. `likeness`: cosine of the vectors; `excerpt`: the beginning of its text."""

    id: str
    excerpt: str
    likeness: float


class Examples:
    """The examples kept with the heads; rows that the corpus has lost since training are left out."""

    def __init__(self, heads: Heads) -> None:
        rows = {row.id: row for row in corpus_rows()}
        kept = [at for at, row_id in enumerate(heads.example_ids) if row_id in rows]
        self._rows = [rows[heads.example_ids[at]] for at in kept]
        self._vectors = heads.examples[kept].astype(np.float32) / 127
        self._carriers = {label: self._places(label) for label in (*heads.labels, "relevant:no")}

    def likeness(self, vector: np.ndarray) -> np.ndarray:
        """Cosine of the vector with each example.

        Not by `@`: BLAS starts threads for a product as small as this, which costs milliseconds on busy cores.
        """
        return np.asarray(np.einsum("ij,j->i", self._vectors, vector))

    def nearest(self, likeness: np.ndarray, label: str) -> Near | None:
        """The likest example that carries the label; None where no example does."""
        places = self._carriers[label]
        if not len(places):
            return None
        best = int(places[np.round(likeness[places], 4).argmax()])
        return Near(self._rows[best].id, _excerpt(self._rows[best].text), float(likeness[best]))

    def _places(self, label: str) -> np.ndarray:
        return np.array([at for at, row in enumerate(self._rows) if label in _labels_of(row)], dtype=np.int64)


def _labels_of(row: Row) -> set[str]:
    own = {f"relevant:{'yes' if row.relevant else 'no'}", f"stance:{row.stance}"}
    return own | {f"narrative:{label}" for label in row.narratives} | {f"lure:{label}" for label in row.lures}


def _excerpt(text: str) -> str:
    return text if len(text) <= _EXCERPT_CHARACTERS else text[: _EXCERPT_CHARACTERS - 1] + "…"
