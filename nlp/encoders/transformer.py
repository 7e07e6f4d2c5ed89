"""Our transformer: multilingual BERT cut to seven layers and taught on our corpus, read through ONNX Runtime.

It gives what its heads say of a text (nlp.labels), not a vector: nlp/joined.py weighs that with everything else.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np

from falselight.errors import Missing
from nlp.encoders.threads import core_count
from nlp.labels import LABELS

FOLDER = Path(__file__).parent / "model"
_GRAPH = "model.onnx"
# 192 pieces are read; 2,000 characters hold more than that in every script.
_READ_CHARACTERS = 2_000
_DECIMALS = 3


class Transformer:
    """Texts to logits. Each text is computed by itself, one thread a text.

    Activations are quantised over the whole input, so in a padded batch a text's logits would depend on its neighbours.
    Alone they never do, nothing is padded, and the cores are used by reading several texts at once.
    """

    def __init__(self, folder: Path = FOLDER, *, threads: int | None = None) -> None:
        """Raises Missing where the folder has no model, or one that was taught other labels."""
        if not (folder / _GRAPH).is_file():
            raise Missing(f"no transformer in {folder}: `falselight models build` makes it, or use --encoder use")
        os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
        from transformers import AutoConfig, AutoTokenizer

        config: Any = AutoConfig.from_pretrained(folder, local_files_only=True)
        labels = tuple(config.id2label[at] for at in range(len(config.id2label)))
        if labels != LABELS:
            raise Missing(f"the transformer in {folder} knows other labels than the taxonomy: build it again")
        read = (folder / _GRAPH, folder / "tokenizer.json", folder / "config.json")
        self.revision = hashlib.sha256(b"".join(path.read_bytes() for path in read)).hexdigest()[:12]
        self._tokenizer: Any = AutoTokenizer.from_pretrained(folder, local_files_only=True)
        self._session = _session(folder / _GRAPH)
        self._threads = threads or core_count()

    def read(self, texts: Sequence[str]) -> np.ndarray:
        """float64 (texts, labels): logits, rounded to three places; the same whatever the company."""
        if not texts:
            return np.zeros((0, len(LABELS)))
        readable = [_readable(text) for text in texts]
        place = {text: at for at, text in enumerate(dict.fromkeys(readable))}
        pieces = self._tokenizer(list(place), truncation=True)["input_ids"]
        return np.vstack(self._each(pieces))[[place[text] for text in readable]]

    def _each(self, pieces: Sequence[Sequence[int]]) -> list[np.ndarray]:
        if self._threads == 1 or len(pieces) < 2:
            return [self._logits(ids) for ids in pieces]
        with ThreadPoolExecutor(self._threads) as pool:
            return list(pool.map(self._logits, pieces))

    def _logits(self, ids: Sequence[int]) -> np.ndarray:
        logits = self._session.run(None, {"input_ids": np.asarray([ids], dtype=np.int64)})[0][0]
        return np.round(np.asarray(logits, dtype=np.float64), _DECIMALS)


def _readable(text: str) -> str:
    """The part that is read, with lone surrogates replaced: the tokenizer works on UTF-8."""
    return text[:_READ_CHARACTERS].encode("utf-8", "replace").decode("utf-8")


def _session(graph: Path) -> Any:
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    return onnxruntime.InferenceSession(str(graph), options, providers=["CPUExecutionProvider"])
