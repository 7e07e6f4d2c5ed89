"""States of the lower layers, computed once per text and kept in half precision."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Any

import numpy as np
import torch

_BATCH_TEXTS = 32


class Lower:
    """Embeddings and lower layers of multilingual BERT behind our tokenizer; remembers what it has read."""

    def __init__(self, embeddings: Any, layers: Any, tokenizer: Any) -> None:
        self._embeddings, self._layers, self._tokenizer = embeddings, layers, tokenizer
        self._kept: dict[str, np.ndarray] = {}

    def read(self, texts: Sequence[str]) -> None:
        """Compute what is not there yet, short texts first."""
        fresh = sorted({text for text in texts if text not in self._kept}, key=len)
        started = time.monotonic()
        for at in range(0, len(fresh), _BATCH_TEXTS):
            self._batch(fresh[at : at + _BATCH_TEXTS])
        if fresh:
            print(f"lower layers: {len(fresh)} texts in {time.monotonic() - started:.0f} s", flush=True)

    @torch.no_grad()
    def _batch(self, texts: list[str]) -> None:
        ids = [torch.tensor(row) for row in self._tokenizer(texts, truncation=True)["input_ids"]]
        states, mask = self._embeddings(_padded(ids)), _mask(ids)
        unseen = (1 - mask)[:, None, None, :] * -1e4
        with torch.autocast("cpu", torch.bfloat16):
            for layer in self._layers:
                result = layer(states, unseen)
                states = result[0] if isinstance(result, tuple) else result
        for text, row, own in zip(texts, states.float().numpy(), ids, strict=True):
            self._kept[text] = row[: len(own)].astype(np.float16)

    def lengths(self, texts: Sequence[str]) -> np.ndarray:
        """Word pieces of each text."""
        return np.array([len(self._kept[text]) for text in texts])

    def batch(self, texts: Sequence[str]) -> tuple[torch.Tensor, torch.Tensor]:
        """float32 states (texts, words, dims) and mask (texts, words)."""
        own = [torch.from_numpy(self._kept[text].astype(np.float32)) for text in texts]
        return torch.nn.utils.rnn.pad_sequence(own, batch_first=True), _mask(own)


def _padded(rows: Sequence[torch.Tensor]) -> torch.Tensor:
    return torch.nn.utils.rnn.pad_sequence(list(rows), batch_first=True)


def _mask(rows: Sequence[torch.Tensor]) -> torch.Tensor:
    return _padded([torch.ones(len(row)) for row in rows])
