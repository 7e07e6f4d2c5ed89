"""False alarms on innocent texts: 665 posts on help, legal ways and travel, frozen before anything was tuned.

Somebody wrote them who had seen neither corpus nor lexicon. They are measured, never read to tune anything: a report
names the ids of rows with a false alarm and shows no text.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from falselight.errors import Halt
from nlp.contract import Failed, Tagged, Tagger, Text
from nlp.evaluation.figures import Figure, share

FOLDER = Path(__file__).parent
FILE, FROZEN = FOLDER / "help_legal_travel.jsonl", FOLDER / "frozen.sha256"


@dataclass(frozen=True, slots=True)
class Innocent:
    """One row. `group`: help, legal or travel."""

    id: str
    text: str
    lang: str
    group: str


@dataclass(frozen=True, slots=True)
class _Judged:
    row: Innocent
    result: Tagged | Failed

    @property
    def lure(self) -> bool:
        return isinstance(self.result, Tagged) and bool(self.result.lures)

    @property
    def narrative(self) -> bool:
        return isinstance(self.result, Tagged) and bool(self.result.narratives)


def load_innocent() -> tuple[Innocent, ...]:
    """The frozen rows. Raises Halt where the file is no longer the one that was frozen."""
    if not is_frozen():
        raise Halt(f"{FILE.name} is not the file that was frozen ({FROZEN.name}): git checkout -- {FILE}")
    rows = (json.loads(line) for line in FILE.read_text(encoding="utf-8").splitlines() if line.strip())
    return tuple(Innocent(row["id"], row["text"], row["lang"], row["class"]) for row in rows)


def is_frozen() -> bool:
    """Whether the file still has the SHA-256 that was written down when it was frozen."""
    lines = FROZEN.read_text(encoding="utf-8").splitlines()
    return f"{hashlib.sha256(FILE.read_bytes()).hexdigest()}  {FILE.name}" in lines


def false_alarms(tagger: Tagger, rows: Sequence[Innocent] | None = None) -> dict[str, Any]:
    """Shares of rows with any lure (Wilson intervals): in all, by language, by class; and the ids of those rows.

    `any_narrative`: share with any narrative; `worst_language`: the highest share of lures in one language; `failed`:
    rows that could not be tagged, which are no false alarms but no success either. `rows`: None means all.
    """
    rows = load_innocent() if rows is None else rows
    results = tagger.tag([Text(id=row.id, text=row.text) for row in rows])
    judged = [_Judged(row, result) for row, result in zip(rows, results, strict=True)]
    languages = {lang: _lures(one for one in judged if one.row.lang == lang) for lang in _sorted(r.lang for r in rows)}
    return {
        "revision": tagger.revision,
        "n": len(judged),
        "failed": sum(isinstance(one.result, Failed) for one in judged),
        "any_lure": _lures(judged),
        "any_narrative": share(sum(one.narrative for one in judged), len(judged)),
        "worst_language": max((figure["value"] or 0.0 for figure in languages.values()), default=None),
        "languages": languages,
        "classes": {group: _lures(one for one in judged if one.row.group == group) for group in _sorted(r.group for r in rows)},
        "ids": [one.row.id for one in judged if one.lure],
    }  # fmt: skip


def _lures(judged: Iterable[_Judged]) -> Figure:
    alarms = [one.lure for one in judged]
    return share(sum(alarms), len(alarms))


def _sorted(names: Iterable[str]) -> list[str]:
    return sorted(set(names))
