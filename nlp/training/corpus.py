"""Our corpus: invented rows in our own words, and the rules that every one of them keeps."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path

from falselight.taxonomy import load_taxonomy
from nlp.training.groups import near_copies
from nlp.training.rows import Row, read_rows

FOLDER = Path(__file__).with_name("corpus")
REGISTERS = frozenset(
    {"article-lead", "channel-advert", "chat", "comment", "fact-check", "headline", "official", "post", "question"}
    | {"state-media", "warning"}
)
# Shorter says nothing; longer is no longer a post or a passage of two to five sentences.
_WORDS_MIN, _WORDS_MAX = 2, 160
# Two rows that share half of their three-word runs are one row written twice (rule 'no template mills').
_NEAR_COPY = 0.5
_COUNTRY = re.compile(r"[A-Z]{2}")


@cache
def corpus_files() -> tuple[Path, ...]:
    """The files of the corpus, by name."""
    return tuple(sorted(FOLDER.glob("*.jsonl")))


def corpus_rows(files: Sequence[Path] | None = None) -> list[Row]:
    """Every row, file by file; errors as in `read_rows`."""
    return [row for path in (corpus_files() if files is None else files) for row in read_rows(path)]


def corpus_hash(files: Sequence[Path] | None = None) -> str:
    """SHA-256 over names and bytes of the files: what a model was trained on."""
    digest = hashlib.sha256()
    for path in corpus_files() if files is None else files:
        digest.update(path.name.encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()


def problems(rows: Sequence[Row]) -> Iterator[str]:
    """One sentence, with file and line, for everything that is wrong with the rows."""
    seen: dict[str, str] = {}
    for row in rows:
        if row.id in seen:
            yield f"{row.where}: id {row.id} stands already at {seen[row.id]}"
        seen[row.id] = row.where
        yield from (f"{row.where}: {complaint}" for complaint in _complaints(row))
    for one, other, shared in near_copies([row.text for row in rows], at_least=_NEAR_COPY):
        yield f"{rows[other].where}: shares {shared:.0%} of its three-word runs with {rows[one].where}"


def _complaints(row: Row) -> Iterator[str]:
    yield from _unknown_labels(row)
    if row.group not in REGISTERS:
        yield f"unknown register {row.group!r}"
    if not row.relevant and (row.narratives or row.lures or row.routes or row.corridors):
        yield "not relevant, but has a narrative, lure, route or corridor"
    for code in _countries(row):
        if not _COUNTRY.fullmatch(code):
            yield f"{code!r} is no ISO 3166-1 alpha-2 code"
    if not _WORDS_MIN <= len(row.text.split()) <= _WORDS_MAX:
        yield f"{len(row.text.split())} words; {_WORDS_MIN} to {_WORDS_MAX} are wanted"


def _unknown_labels(row: Row) -> Iterator[str]:
    taxonomy = load_taxonomy()
    known = {
        "narrative": {label.id for label in taxonomy.narratives},
        "lure": {label.id for label in taxonomy.lures},
        "corridor": {label.id for label in taxonomy.corridors},
    }
    for kind, labels in (("narrative", row.narratives), ("lure", row.lures), ("corridor", row.corridors)):
        for label in sorted(labels - known[kind]):
            yield f"unknown {kind} {label!r}"


def _countries(row: Row) -> list[str]:
    ends = [code for route in row.routes for code in (route.origin, *route.transit, route.destination)]
    return [code for code in ends if code is not None]
