"""From a name or a path to an encoder."""

from __future__ import annotations

from pathlib import Path

from falselight.errors import Missing
from nlp.contract import Encoder
from nlp.encoders.lock import read_lock


def load_encoder(name_or_path: str = "use", *, threads: int | None = None) -> Encoder:
    """The encoder of that name in nlp/models.lock, or the Hugging Face model directory at that path.

    `threads`: texts or operators computed at once; None means one per core this process may use.
    Raises Missing where there is neither, or where a part of it is not installed.
    """
    locked = read_lock().get(name_or_path)
    if locked is not None and locked.kind == "use":
        from nlp.encoders.use import UseEncoder

        return UseEncoder(name_or_path, locked, threads=threads)
    if locked is not None and locked.kind == "taught":
        raise Missing(f"{name_or_path!r} gives labels, no vectors: it is the default tagger, not an encoder for heads")
    folder = (locked.folder if locked is not None else None) or Path(name_or_path)
    if not folder.is_dir():
        known = ", ".join(sorted(read_lock()))
        raise Missing(f"encoder {name_or_path!r} is neither in nlp/models.lock ({known}) nor a directory here")
    from nlp.encoders.onnx_model import OnnxEncoder

    languages = locked.languages if locked is not None else frozenset[str]()
    return OnnxEncoder(folder, name=name_or_path, languages=languages, threads=threads)
