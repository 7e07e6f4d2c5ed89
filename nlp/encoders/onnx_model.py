"""Any Hugging Face encoder that was exported to ONNX: its tokenizer, its graph, mean pooling."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from falselight.errors import Missing
from nlp.encoders.threads import core_count

# Where exporters put the graph, best for us first.
GRAPHS = ("model_quantized.onnx", "model_int8.onnx", "model.onnx", "onnx/model_quantized.onnx", "onnx/model.onnx")
_MAX_TOKENS = 256
_READ_CHARACTERS = 4_000


class OnnxEncoder:
    """A model directory: config.json, tokenizer files and one graph (fp32 or int8).

    `batch`: texts computed at once, sorted by length because padding costs as much as words (worth 3×, DESIGN §6).
    fp32 vectors agree across batches to about 1e-6; dynamically quantised ones shift with their companions (the range
    of activations is taken over the batch), so ask for `batch=1` where exact repetition matters.
    """

    def __init__(
        self,
        folder: Path,
        *,
        name: str,
        languages: frozenset[str] = frozenset(),
        threads: int | None = None,
        batch: int = 16,
    ) -> None:
        from transformers import AutoConfig, AutoTokenizer

        self.name = name
        self.languages = languages
        self._batch = batch
        self._config: Any = AutoConfig.from_pretrained(folder, local_files_only=True)
        self._tokenizer: Any = AutoTokenizer.from_pretrained(folder, local_files_only=True)
        self._session: Any = _session(folder, threads or core_count())
        self._inputs = {argument.name for argument in self._session.get_inputs()}
        self._max_tokens = min(_MAX_TOKENS, getattr(self._config, "max_position_embeddings", None) or _MAX_TOKENS)
        self.dims = int(self._config.hidden_size)

    def encode(self, texts: list[str]) -> np.ndarray:
        """float32 array (len(texts), dims), rows of unit length, in the order of the texts."""
        vectors = np.zeros((len(texts), self.dims), dtype=np.float32)
        tokens = [self._tokens(text) for text in texts]
        order = sorted(range(len(texts)), key=lambda at: len(tokens[at]["input_ids"]))
        for start in range(0, len(order), self._batch):
            places = order[start : start + self._batch]
            vectors[places] = self._pooled([tokens[at] for at in places])
        return vectors

    def _tokens(self, text: str) -> dict[str, list[int]]:
        readable = text[:_READ_CHARACTERS].encode("utf-8", "replace").decode("utf-8")
        encoded = self._tokenizer(readable, truncation=True, max_length=self._max_tokens)
        return {name: list(values) for name, values in encoded.items()}

    def _pooled(self, tokens: list[dict[str, list[int]]]) -> np.ndarray:
        """Mean of the last layer over real tokens (padding has no say), scaled to unit length."""
        padded = self._tokenizer.pad(tokens, return_tensors="np")
        feed = {name: np.asarray(padded[name], dtype=np.int64) for name in self._inputs if name in padded}
        if "token_type_ids" in self._inputs and "token_type_ids" not in feed:
            feed["token_type_ids"] = np.zeros_like(feed["input_ids"])
        states = np.asarray(self._session.run(None, feed)[0], dtype=np.float32)
        mask = np.asarray(padded["attention_mask"], dtype=np.float32)[:, :, None]
        mean = (states * mask).sum(axis=1) / np.maximum(mask.sum(axis=1), 1)
        length: np.ndarray = np.linalg.norm(mean, axis=1, keepdims=True)
        return np.asarray(mean / np.maximum(length, 1e-9), dtype=np.float32)


def _session(folder: Path, threads: int) -> Any:
    import onnxruntime

    graph = next((folder / name for name in GRAPHS if (folder / name).is_file()), None)
    if graph is None:
        raise Missing(f"{folder} has no ONNX graph ({', '.join(GRAPHS)}); export the model to ONNX first")
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    return onnxruntime.InferenceSession(str(graph), options, providers=["CPUExecutionProvider"])
