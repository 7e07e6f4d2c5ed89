"""All figures of one tagger at once: what the gate (floors.yml) and the model card are made from."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, TypeVar

from falselight.errors import Missing
from nlp.contract import Tagger
from nlp.evaluation.compare import TAGGERS, compare
from nlp.evaluation.evaluate import lures_by_language, report_on, rows_of
from nlp.evaluation.figures import Figure, share
from nlp.evaluation.functional import HELP, load_cases, run_cases
from nlp.evaluation.innocent import false_alarms, load_innocent
from nlp.evaluation.outside import outside
from nlp.evaluation.pairs import pairs_of
from nlp.language import identify
from nlp.training.rows import Row

_Item = TypeVar("_Item")
_FOLDER = Path(__file__).parent
# Our own labelled rows, the same as beside the project: press passages and posts of social media.
LABELLED = {name: _FOLDER / "labelled" / f"{name}.jsonl" for name in ("press", "social")}
FIGURES = _FOLDER / "figures.json"
# Rows of each set in the fast subset: a test on it takes seconds once the model is loaded.
FAST_ROWS = 60


def measure(tagger: Tagger, *, data: Path | None = None, fast: bool = False) -> dict[str, Any]:
    """Set → figures. `data`: folder of the outside sets; None leaves `outside` None. `fast`: 60 rows of each set.

    Beside press and social: lures per language over both together, innocent texts, functional cases (always all), the
    share of our own texts whose language is named right.
    """
    sets = {name: labelled_rows(name, fast=fast) for name in LABELLED}
    pairs = {name: pairs_of(rows, tagger) for name, rows in sets.items()}
    innocent = part(load_innocent(), lambda row: (row.lang, row.group), fast=fast)
    return {
        "revision": tagger.revision,
        **{name: report_on(these) for name, these in pairs.items()},
        "lures_by_language": lures_by_language([pair for these in pairs.values() for pair in these]),
        "innocent": false_alarms(tagger, innocent),
        "functional": functional(tagger),
        "language": {"own texts": language_of_own()},
        "outside": None if data is None else outside(tagger, data),
    }


def labelled_rows(name: str, *, fast: bool = False) -> Sequence[Row]:
    """The rows of `press` or `social`; `fast`: 60 of them in which stances and languages have their share."""
    return part(rows_of(LABELLED[name]), lambda row: (row.stance, bool(row.lures), row.lang, row.id), fast=fast)


def part(rows: Sequence[_Item], key: Callable[[_Item], Any], *, fast: bool) -> Sequence[_Item]:
    """All rows, or evenly 60 of them once sorted: every stratum has its share. The same ones at every call."""
    if not fast or len(rows) <= FAST_ROWS:
        return rows
    ordered = sorted(rows, key=key)
    return [ordered[at * len(ordered) // FAST_ROWS] for at in range(FAST_ROWS)]


def functional(tagger: Tagger) -> dict[str, Any]:
    """Functional cases: share passed, in all and by class; false alarms among those of help; what was missed, by id."""
    summary = run_cases(tagger, load_cases())
    help_cases = [outcome for outcome in summary.outcomes if outcome.case.group in HELP]
    return {
        "passed": share(sum(not outcome.misses for outcome in summary.outcomes), len(summary.outcomes)),
        "false_alarms": share(sum(outcome.alarm for outcome in help_cases), len(help_cases)),
        "classes": summary.by_class,
        "missed": {outcome.case.id: list(outcome.misses) for outcome in summary.outcomes if outcome.misses},
    }


def language_of_own() -> Figure:
    """Share of our own evaluation texts whose language is named right, without a hint; `und` is wrong."""
    texts = [(row.text, row.lang) for path in LABELLED.values() for row in rows_of(path)]
    texts += [(row.text, row.lang) for row in load_innocent()]
    return share(sum(identify(text).code == lang for text, lang in texts), len(texts))


def comparison(build: Callable[[str], Tagger], names: Sequence[str] = TAGGERS) -> dict[str, Any]:
    """Taggers side by side on press and social together; those that are not installed are left out."""
    rows = [row for name in LABELLED for row in labelled_rows(name)]
    return compare(rows, names, build, skip_missing=True)


def write_figures(figures: dict[str, Any], path: Path = FIGURES) -> None:
    """As JSON that a person can compare line by line."""
    path.write_text(json.dumps(figures, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def read_figures(path: Path = FIGURES) -> dict[str, Any]:
    """What was measured last. Raises Missing where nothing was."""
    if not path.is_file():
        raise Missing(f"{path} is not there; measure with: python bench/quality.py --write")
    figures: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return figures
