"""The last word: heads, transformer and lexicons weighed together, per label, into calibrated probabilities and decisions.

Plain arrays; learned on rows that neither the heads nor the transformer were taught (nlp.training.join).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from falselight.errors import Missing
from nlp.heads import FOLDER
from nlp.labels import BINARY, LABELS
from nlp.training.rows import STANCES

PATH = FOLDER / "joined.npz"
# Languages that the sentence encoder has learned, and those it is blind in: scores mean different things there.
GROUPS = ("known", "blind")


@dataclass(frozen=True, slots=True, kw_only=True)
class Joined:
    """One logistic model per label on the same features.

    Features of a text: the heads' scores, the transformer's logits, log counts of what lexicons and rules `found`; each
    less `mean`, over `spread`. `weights` (features, labels; 0 where a label's model does not read a
    feature) and `bias` (labels,): from features to logits; the stances share one softmax. `threshold`, `doubt` (groups, binary labels): a label is given from the first on; between the
    second and the first a person should look. `stance_favour` (4,): as in nlp.heads. `settled_below`: a text that the
    heads alone find less relevant than this, and where no lexicon found a lure or narrative, is not read any further.
    `lure_from`: a lure is given only to a text that is at least this likely to be relevant, since a false alarm on help is harm.
    `revision`: first twelve digits of the SHA-256 of both stored files.
    """

    found: tuple[str, ...]
    mean: np.ndarray
    spread: np.ndarray
    weights: np.ndarray
    bias: np.ndarray
    threshold: np.ndarray
    doubt: np.ndarray
    stance_favour: np.ndarray
    settled_below: float
    lure_from: float
    known: frozenset[str]
    revision: str
    about: Mapping[str, Any]

    def probabilities(self, features: np.ndarray) -> np.ndarray:
        """float64 (texts, labels); the four stances sum to one. Row by row: a text's company must not matter."""
        rows = ((features - self.mean) / self.spread).astype(np.float64)
        logits = np.reshape([(self.weights * row[:, None]).sum(axis=0) for row in rows], (-1, len(LABELS))) + self.bias
        chances = 1 / (1 + np.exp(-np.clip(logits, -50, 50)))
        stance = logits[:, len(BINARY) :]
        powers = np.exp(stance - stance.max(axis=1, keepdims=True))
        chances[:, len(BINARY) :] = powers / powers.sum(axis=1, keepdims=True)
        return np.asarray(chances)

    def group(self, language: str) -> int:
        """Row of `threshold` for an ISO code."""
        return 0 if language in self.known else 1


def features(
    scores: np.ndarray, logits: np.ndarray, found: Sequence[Mapping[str, int]], names: Sequence[str]
) -> np.ndarray:
    """float64 (texts, features): heads' scores, transformer's logits, log counts of `names`."""
    counts = np.array([[np.log1p(each.get(name, 0)) for name in names] for each in found], dtype=np.float64)
    return np.hstack([scores, logits, counts.reshape(len(scores), len(names))])


_ARRAYS = ("mean", "spread", "weights", "bias", "threshold", "doubt", "stance_favour")


def save_joined(joined: Joined, path: Path = PATH) -> None:
    """Write the arrays, and beside them a JSON file with names and figures."""
    np.savez_compressed(path, **{name: getattr(joined, name) for name in _ARRAYS})
    names = {
        "labels": LABELS,
        "stances": STANCES,
        "groups": GROUPS,
        "found": joined.found,
        "known": sorted(joined.known),
    }
    about = {**joined.about, "settled_below": joined.settled_below, "lure_from": joined.lure_from, **names}
    path.with_suffix(".json").write_text(json.dumps(about, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def load_joined(path: Path = PATH) -> Joined:
    """What was learned. Raises Missing where it is not there or was learned for other labels."""
    if not path.is_file():
        raise Missing(f"no {path.name} in {path.parent}: python -m nlp.training.join, or use --encoder use")
    about = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))
    if tuple(about["labels"]) != LABELS:
        raise Missing(f"{path}: learned for other labels than the taxonomy's: python -m nlp.training.join")
    with np.load(path, allow_pickle=False) as stored:
        arrays = {name: stored[name] for name in _ARRAYS}
    return Joined(
        found=tuple(about["found"]),
        settled_below=about["settled_below"],
        lure_from=about["lure_from"],
        known=frozenset(about["known"]),
        revision=hashlib.sha256(path.read_bytes() + path.with_suffix(".json").read_bytes()).hexdigest()[:12],
        about=about,
        **arrays,
    )
