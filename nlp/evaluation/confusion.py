"""What was taken for what: stance as a matrix, and what stood in the place of a missed lure or narrative."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from typing import Any

from nlp.contract import Failed
from nlp.evaluation.pairs import Pair
from nlp.training.rows import STANCES

# In place of a label: the text could not be tagged, was held to be beside the topic, or got no wrong label at all.
FAILED, IRRELEVANT, NOTHING = "(failed)", "(not relevant)", "(nothing)"


def confusion(pairs: Sequence[Pair]) -> dict[str, Any]:
    """`stance`: wanted → given → rows; `narratives`, `lures`: label → `missed` rows and `instead`, most frequent first."""
    return {
        "stance": stance_matrix(pairs),
        "narratives": in_place_of_missed(pairs, "narratives"),
        "lures": in_place_of_missed(pairs, "lures"),
    }


def stance_matrix(pairs: Sequence[Pair]) -> dict[str, dict[str, int]]:
    """Rows by stance wanted, then given; `(failed)` only where a text could not be tagged."""
    cells = Counter((pair.row.stance, _stance(pair)) for pair in pairs)
    columns = (*STANCES, FAILED) if any(given == FAILED for _, given in cells) else STANCES
    return {wanted: {given: cells[wanted, given] for given in columns} for wanted in STANCES}


def in_place_of_missed(pairs: Sequence[Pair], task: str) -> dict[str, dict[str, Any]]:
    """For each label that was missed: in how many rows, and the wrong labels of those rows (a row may have several)."""
    missed: Counter[str] = Counter()
    instead: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for pair in pairs:
        for label in pair.wanted[task] - pair.given[task]:
            missed[label] += 1
            instead[label].update(_wrong(pair, task))
    return {label: {"missed": missed[label], "instead": _ranked(instead[label])} for label in sorted(missed)}


def _stance(pair: Pair) -> str:
    return FAILED if isinstance(pair.result, Failed) else pair.result.stance.value


def _wrong(pair: Pair, task: str) -> list[str]:
    if wrong := sorted(pair.given[task] - pair.wanted[task]):
        return wrong
    if isinstance(pair.result, Failed):
        return [FAILED]
    return [IRRELEVANT if pair.result.relevant.value == "no" else NOTHING]


def _ranked(counts: Counter[str]) -> dict[str, int]:
    return dict(sorted(counts.items(), key=lambda one: (-one[1], one[0])))
