"""Several taggers on the same rows: headline figures side by side, and how sure the differences are."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from falselight.errors import Halt, Missing
from nlp.contract import Tagger
from nlp.evaluation.evaluate import MEASURES
from nlp.evaluation.figures import Counts, difference, figure
from nlp.evaluation.pairs import counts_of, pairs_of
from nlp.training.rows import Row

TAGGERS = ("transformer", "use", "lexicon")


def compare(
    rows: Sequence[Row], names: Iterable[str], build: Callable[[str], Tagger], *, skip_missing: bool = False
) -> dict[str, Any]:
    """`taggers`: name → revision and headline figures; `differences`: name → figure minus the first tagger's.

    Intervals of differences are paired: both taggers are scored on the same resampled rows. Taggers are built one after
    the other, so that only one stands in memory. Missing, raised by `build`, goes through unless `skip_missing`; Halt
    where no tagger is left.
    """
    counts: dict[str, dict[str, Counts]] = {}
    report: dict[str, Any] = {"n": len(rows), "taggers": {}, "differences": {}}
    for name, tagger in _built(names, build, skip_missing):
        pairs = pairs_of(rows, tagger)
        counts[name] = {key: counts_of(pairs, task) for key, (task, _) in MEASURES.items()}
        report["taggers"][name] = {"revision": tagger.revision, **_figures(counts[name])}
    if not counts:
        raise Halt("no tagger to compare; name some, by comma")
    first, *others = counts
    report["differences"] = {other: _differences(counts[first], counts[other]) for other in others}
    return report


def _built(names: Iterable[str], build: Callable[[str], Tagger], skip_missing: bool) -> Iterator[tuple[str, Tagger]]:
    for name in dict.fromkeys(names):
        try:
            yield name, build(name)
        except Missing:
            if not skip_missing:
                raise


def _figures(counts: dict[str, Counts]) -> dict[str, Any]:
    return {key: figure(counts[key], measure) for key, (_, measure) in MEASURES.items()}


def _differences(first: dict[str, Counts], other: dict[str, Counts]) -> dict[str, Any]:
    return {key: difference(first[key], other[key], measure) for key, (_, measure) in MEASURES.items()}
