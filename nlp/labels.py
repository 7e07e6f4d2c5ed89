"""The labels that are learned, in the one order that every array of scores keeps."""

from __future__ import annotations

from falselight.taxonomy import load_taxonomy
from nlp.training.rows import STANCES

RELEVANT = "relevant:yes"
_TAXONOMY = load_taxonomy()
BINARY = (
    RELEVANT,
    *(f"narrative:{label.id}" for label in _TAXONOMY.narratives),
    *(f"lure:{label.id}" for label in _TAXONOMY.lures),
)
LABELS = (*BINARY, *(f"stance:{name}" for name in STANCES))
