"""Checks on texts that others wrote and labelled: `python -m nlp.evaluation.outside [--data FOLDER] [--json]`.

The sets stand beside the project (../shared/data), are read where they are and never copied: figures only.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from falselight.errors import Missing
from nlp.contract import Failed, Tagged, Tagger, Text
from nlp.evaluation.figures import Figure, share
from nlp.language import identify

_Any = TypeVar("_Any")
DATA = Path(__file__).parents[3] / "shared" / "data"
# Where the routes begin, and where language identifiers usually fail ("Must reach" of issue B: .95 each).
HARD_LANGUAGES = ("ckb", "kmr", "ps", "ti", "so")
_LANGUAGE, _PAIRS = "language_id.jsonl", "euvsdisinfo_2015_2017_claim_debunk.jsonl"
_HATECHECK, _TWEETS, _TELEGRAM = (
    "mhc_migrant_functional_tests.jsonl", "mlma_tweets_migrants.jsonl", "unlp2025_telegram_manipulation.jsonl",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Judged:
    """An outside row's labels and fields, and what the tagger gave its text."""

    labels: frozenset[str]
    fields: dict[str, Any]
    result: Tagged | Failed

    @property
    def stance(self) -> str:
        """The stance given; empty for a text that failed, so that it is right nowhere."""
        return self.result.stance.value if isinstance(self.result, Tagged) else ""

    @property
    def lure(self) -> bool:
        """Whether any lure was given."""
        return isinstance(self.result, Tagged) and bool(self.result.lures)

    @property
    def narrative(self) -> bool:
        """Whether any narrative was given."""
        return isinstance(self.result, Tagged) and bool(self.result.narratives)


def outside(tagger: Tagger, data: Path = DATA) -> dict[str, dict[str, Figure]]:
    """Set → figure → share with Wilson's interval. Raises Missing where a file is not there."""
    return {
        "language": languages(data),
        "claims and rebuttals": claims(judge(tagger, data / _PAIRS)),
        "hatecheck": hatecheck(judge(tagger, data / _HATECHECK)),
        "tweets": alarms(judge(tagger, data / _TWEETS), lambda row: row.labels == {"normal"}, "normal"),
        "telegram": alarms(judge(tagger, data / _TELEGRAM), lambda row: not row.fields["manipulative"], "plain"),
    }


def languages(data: Path = DATA) -> dict[str, Figure]:
    """`accuracy`: share of texts whose language is named right (`und` is wrong), in all; then per language."""
    rows = [(row["lang"], identify(row["text"]).code) for row in _rows(data / _LANGUAGE)]
    figures = {"accuracy": _share(rows, lambda row: row[0] == row[1])}
    for lang in sorted({lang for lang, _ in rows}, key=lambda lang: (lang not in HARD_LANGUAGES, lang)):
        figures[lang] = _share([row for row in rows if row[0] == lang], lambda row: row[0] == row[1])
    return figures


def claims(rows: Sequence[Judged]) -> dict[str, Figure]:
    """Rebuttals that are `counters` or `reports` (and `counters` alone), claims that are `promotes`; by topic."""
    figures: dict[str, Figure] = {}
    for topic, part in (("", rows), (", migration", [row for row in rows if "migration" in row.labels])):
        rebuttals = [row for row in part if "debunk" in row.labels]
        figures |= {
            f"rebuttal counters or reports{topic}": _share(
                rebuttals, lambda row: row.stance in {"counters", "reports"}
            ),
            f"rebuttal counters{topic}": _share(rebuttals, lambda row: row.stance == "counters"),
            f"claim promotes{topic}": _share([row for row in part if "claim" in row.labels], _promotes),
        }
    return figures


def hatecheck(rows: Sequence[Judged]) -> dict[str, Figure]:
    """False alarms, and counter-speech (a hateful sentence quoted or named to refute it) that is not `promotes`."""
    counter = [row for row in rows if row.labels & {"counter_quote_nh", "counter_ref_nh"}]
    return {
        **alarms(rows, lambda row: "non-hateful" in row.labels, "non-hateful"),
        "counter-speech not promotes": _share(counter, lambda row: bool(row.stance) and not _promotes(row)),
    }


def alarms(rows: Sequence[Judged], harmless: Callable[[Judged], bool], name: str) -> dict[str, Figure]:
    """Shares with any lure and any narrative, in all and among rows that are harmless by their own set's labels.

    None was collected for offers to migrants, so a lure is taken for a false alarm anywhere; a narrative only among the
    harmless (some hateful rows do tell of an invasion).
    """
    part = [row for row in rows if harmless(row)]
    return {
        "any lure": _share(rows, lambda row: row.lure),
        "any narrative": _share(rows, lambda row: row.narrative),
        f"any lure, {name}": _share(part, lambda row: row.lure),
        f"any narrative, {name}": _share(part, lambda row: row.narrative),
        "not tagged": _share(rows, lambda row: isinstance(row.result, Failed)),
    }


def judge(tagger: Tagger, path: Path) -> list[Judged]:
    """Every row of an outside file, tagged."""
    rows = list(_rows(path))
    results = tagger.tag([Text(id=str(at), text=row["text"]) for at, row in enumerate(rows)])
    return [Judged(frozenset(row["labels"]), row, result) for row, result in zip(rows, results, strict=True)]


def _rows(path: Path) -> Iterator[dict[str, Any]]:
    if not path.is_file():
        raise Missing(f"{path} is not there; give the folder of the outside sets with --data")
    with path.open(encoding="utf-8") as lines:
        yield from (json.loads(line) for line in lines if line.strip())


def _promotes(row: Judged) -> bool:
    return row.stance == "promotes"


def _share(rows: Sequence[_Any], holds: Callable[[_Any], bool]) -> Figure:
    return share(sum(map(holds, rows)), len(rows))


def main(arguments: list[str] | None = None) -> None:
    """Print the figures as a table or as JSON."""
    from nlp.evaluation.render import render_outside
    from nlp.tagger import build_tagger

    options = argparse.ArgumentParser(prog="python -m nlp.evaluation.outside", description=__doc__)
    options.add_argument("--data", type=Path, default=DATA, help="folder of the sets (default: ../shared/data)")
    options.add_argument("--encoder", default=default_encoder(), help="tagger to check (default: that of the settings)")
    options.add_argument("--json", action="store_true", help="print JSON instead of a table")
    chosen = options.parse_args(arguments)
    report = outside(build_tagger(chosen.encoder), chosen.data)
    if chosen.json:
        json.dump(report, sys.stdout, ensure_ascii=False, indent=2)
        sys.stdout.write("\n")
    else:
        from rich.console import Console

        Console(width=120).print(render_outside(report))


def default_encoder() -> str:
    """The encoder of the settings."""
    from falselight.settings import get_settings

    return get_settings().encoder


if __name__ == "__main__":
    main()
