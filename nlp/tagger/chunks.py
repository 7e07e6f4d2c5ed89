"""What taggers share: one bad text never costs its neighbours, and a revision that changes with every lexicon."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from importlib import resources
from importlib.resources.abc import Traversable

from falselight.errors import Halt, Missing
from nlp.contract import Failed, Tagged, Text

_Tag = Callable[[Sequence[Text]], list[Tagged | Failed]]


def each_alone(tag: _Tag, texts: Sequence[Text]) -> list[Tagged | Failed]:
    """What `tag` makes of the texts; where it breaks, of each by itself, the guilty one as `Failed`.

    Halt and Missing pass: a broken lexicon or a lost model is nobody's post.
    """
    try:
        return tag(texts)
    except (Halt, Missing):
        raise
    except Exception as error:  # noqa: BLE001 - whatever one text provokes, its neighbours are tagged
        if len(texts) == 1:
            return [Failed(id=texts[0].id, reason="tagging-failed", detail=repr(error))]
    return [result for text in texts for result in each_alone(tag, [text])]


@cache
def lexicon_hash() -> str:
    """SHA-256 over names and bytes of every file of the lexicons."""
    digest = hashlib.sha256()
    for name, content in _files(resources.files("nlp.lexicon")):
        digest.update(name.encode() + b"\0" + content)
    return digest.hexdigest()


def _files(folder: Traversable) -> Iterator[tuple[str, bytes]]:
    for entry in sorted(folder.iterdir(), key=lambda entry: entry.name):
        if entry.is_dir() and entry.name != "__pycache__":
            yield from _files(entry)
        elif entry.name.endswith((".yml", ".json")):
            yield entry.name, entry.read_bytes()
