"""The heads: from features to calibrated probabilities and decisions. Plain arrays; nothing to unpickle or retrain."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from falselight.errors import Missing
from nlp.features import Grams, Space
from nlp.training.rows import STANCES

if TYPE_CHECKING:
    from nlp.pipeline import Analysis

FOLDER = Path(__file__).parent / "training" / "model"
RELEVANT = "relevant:yes"


@dataclass(frozen=True, slots=True, kw_only=True)
class Heads:
    """Linear heads with their calibration.

    `labels`: `relevant:yes`, `narrative:…`, `lure:…`, then `stance:…` in the order of STANCES; every array below has
    one column (or entry) per label. `grams` (columns of the space, labels) and `dense` (dense features, labels) are
    weights, `bias` their constant. A binary label's probability is 1 / (1 + exp(−slope·score − shift)), and it is given
    from `threshold` on; slope, shift and threshold were found out of fold on our corpus. `stance_map` (5, 4) turns the
    four stance scores and a constant into logits; `stance_favour` (4,) is what each probability is multiplied with
    before the largest is taken, so that rare stances are not drowned.
    `examples` (n, dims) int8: vectors of rows of the corpus, ×127; `example_ids`: their ids.
    """

    labels: tuple[str, ...]
    space: Space
    grams: np.ndarray
    dense: np.ndarray
    bias: np.ndarray
    slope: np.ndarray
    shift: np.ndarray
    threshold: np.ndarray
    stance_map: np.ndarray
    stance_favour: np.ndarray
    examples: np.ndarray
    example_ids: tuple[str, ...]
    encoder: str
    revision: str
    about: Mapping[str, Any]

    def scores(self, gram_rows: Any, dense_rows: np.ndarray) -> np.ndarray:
        """float64 (texts, labels). Row by row, because a product of matrices rounds by a row's place in the batch."""
        by_vector = [self.dense.T @ row for row in dense_rows]
        scores: np.ndarray = gram_rows @ self.grams + np.reshape(by_vector, (-1, len(self.labels))) + self.bias
        return scores

    def probabilities(self, scores: np.ndarray) -> np.ndarray:
        """float64 (texts, labels): calibrated; the four stances sum to one."""
        chances = 1 / (1 + np.exp(-np.clip(scores * self.slope + self.shift, -50, 50)))
        stance = scores[:, -len(STANCES) :]
        logits = np.einsum("ij,jk->ik", stance, self.stance_map[:-1]) + self.stance_map[-1]
        powers = np.exp(logits - logits.max(axis=1, keepdims=True))
        chances[:, -len(STANCES) :] = powers / powers.sum(axis=1, keepdims=True)
        result: np.ndarray = chances
        return result

    def read(self, analyses: Sequence[Analysis], vectors: np.ndarray) -> tuple[np.ndarray, Grams]:
        """Probabilities of the texts, and their n-gram features (for reasons)."""
        grams = self.space.grams(analyses)
        return self.probabilities(self.scores(grams.rows, self.space.dense(analyses, vectors))), grams

    def stance_of(self, chances: np.ndarray) -> int:
        """Index into STANCES for one row of probabilities."""
        return int((chances[-len(STANCES) :] * self.stance_favour).argmax())


_ARRAYS = (
    "grams", "dense", "bias", "slope", "shift", "threshold", "stance_map", "stance_favour", "examples",
)  # fmt: skip
# Half precision halves the file; the weights of n-grams are many and small, and scores move by less than .001.
_HALF = {"grams", "dense"}


def save_heads(heads: Heads, folder: Path) -> Path:
    """Write `<encoder>.npz` and `<encoder>.json` (about, labels, revision); returns the first."""
    arrays = {name: getattr(heads, name) for name in _ARRAYS}
    arrays |= {name: arrays[name].astype(np.float16) for name in _HALF}
    path = folder / f"{Path(heads.encoder).name}.npz"
    np.savez_compressed(path, columns=heads.space.columns, idf=heads.space.idf.astype(np.float16), **arrays)
    names = {"labels": heads.labels, "found": heads.space.found, "example_ids": heads.example_ids}
    about = {"revision": revision_of(path), "encoder": heads.encoder, **heads.about, **names}
    path.with_suffix(".json").write_text(json.dumps(about, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    return path


def load_heads(encoder: str, folder: Path = FOLDER) -> Heads:
    """The heads trained on that encoder. Raises Missing where there are none."""
    path = folder / f"{Path(encoder).name}.npz"
    if not path.is_file():
        raise Missing(f"no heads for encoder {encoder!r} in {folder}: python -m nlp.training.train --encoder {encoder}")
    about = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))
    with np.load(path, allow_pickle=False) as stored:
        arrays = {name: stored[name] for name in (*_ARRAYS, "columns", "idf")}
    arrays |= {
        name: values.astype(np.float64) for name, values in arrays.items() if name not in ("examples", "columns")
    }
    space = Space(arrays.pop("columns"), arrays.pop("idf"), tuple(about.pop("found")))
    labels, example_ids = tuple(about.pop("labels")), tuple(about.pop("example_ids"))
    return Heads(
        labels=labels,
        space=space,
        example_ids=example_ids,
        encoder=about["encoder"],
        revision=revision_of(path),
        about=about,
        **arrays,
    )


def revision_of(path: Path) -> str:
    """First twelve digits of the SHA-256 of the arrays' file."""
    return hashlib.sha256(path.read_bytes()).hexdigest()[:12]
