"""Rebuild the weights of routes from the corpus: `python -m nlp.training.routes [FILE…]`. Repeats to the last bit.

Prints F1 of whole routes and of (part, country) out of fold, on the relevant rows with the reading that is learned.
"""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations, product
from pathlib import Path

import numpy as np

from falselight.tags import Route
from nlp.components.board import reading_of
from nlp.components.parts import FILE, PARTS, Weights, likeliest, save_weights, scores_of, ways_of
from nlp.components.reading import Reading
from nlp.components.routes import with_chains
from nlp.components.signs import Named, country_signs, named_countries, pair_signs, text_signs
from nlp.training.corpus import corpus_files, corpus_rows
from nlp.training.field import Example, fit
from nlp.training.groups import near_copies
from nlp.training.rows import Row

# The rules leave open whether a people's name alone says where it comes from, and whether a goal alone is a movement. The
# rows of the first writing and those of `passages_…` say yes, as the sets made by the same hands do; the others say no.
# Learned is the wide reading: on press and social .39 and .52 of routes are right in place of .31 and .32.
_LOOSE = re.compile(r"[tp]-|w(?:1[5-9]|2\d)-")
_SAME_WORDS = 0.3
_FOLDS = 5
_Guess = tuple[float, tuple[Route, ...]]
_Items = Callable[[Sequence[Route]], Iterator[object]]
_THRESHOLDS = tuple(percent / 100 for percent in range(20, 61, 2))


@dataclass(frozen=True, slots=True)
class Read:
    """A row, what was read in it, and the signs to learn from (None where it names no country)."""

    row: Row
    named: tuple[Named, ...]
    example: Example | None


def main(arguments: Sequence[str] | None = None) -> None:
    """Train on corpus and given files, save, and print the figures out of fold."""
    options = argparse.ArgumentParser(prog="nlp.training.routes", description=__doc__)
    options.add_argument("files", nargs="*", type=Path, help="labelled rows beside the corpus")
    options.add_argument("--strict", action="store_true", help="the narrow reading in place of the wide one")
    options.add_argument("--target", type=Path, default=FILE)
    chosen = options.parse_args(arguments)
    read = [read_row(row) for row in corpus_rows([*corpus_files(), *chosen.files])]
    threshold, figures = out_of_fold(read, loose=not chosen.strict)
    save_weights(replace(weights_of(read, loose=not chosen.strict), threshold=threshold), chosen.target)
    sys.stdout.write(f"{chosen.target} {chosen.target.stat().st_size / 1e6:.1f} MB, threshold {threshold}\n")
    sys.stdout.writelines(f"  {name} {value:.3f}\n" for name, value in figures.items())


def weights_of(read: Sequence[Read], *, loose: bool = False) -> Weights:
    """Learned from all these rows."""
    return fit([one.example for one in read if one.example is not None], loose=loose)


def is_loose(row: Row) -> bool:
    """Whether the row is of the first writing."""
    return _LOOSE.match(row.id) is not None


def read_row(row: Row) -> Read:
    """The row's countries and signs, with the labelled parts."""
    reading = _reading(row.text)
    named = named_countries(reading.places or ())
    if not named:
        return Read(row, (), None)
    return Read(
        row,
        named,
        Example(
            tuple(frozenset(country_signs(reading, named, at)) for at in range(len(named))),
            tuple(frozenset(pair_signs(reading, one, other)) for one, other in combinations(named, 2)),
            frozenset(text_signs(reading, named)),
            _labelled_way(row.routes, named),
            is_loose(row),
        ),
    )


def _reading(text: str) -> Reading:
    """Everything that the pipeline finds before it looks for routes."""
    from nlp.pipeline import pipeline

    nlp = pipeline()
    doc = nlp.tokenizer(text)
    for name, component in nlp.pipeline:
        doc = doc if name == "falselight_routes" else component(doc)
    reading = reading_of(doc)
    reading.places = with_chains(reading, reading.places or ())
    return reading


def _labelled_way(routes: Sequence[Route], named: Sequence[Named]) -> int:
    """The number of the way that gives each country its labelled part; nobody moves where only a leaving is left."""
    parts = {code: 1 for route in routes for code in route.transit}
    parts |= {route.destination: 2 for route in routes if route.destination}
    parts |= {route.origin: 0 for route in routes if route.origin and route.origin not in parts}
    way = [parts.get(country.code, 3) for country in named]
    if not {1, 2} & set(way):
        way = [3] * len(named)
    return int(np.flatnonzero((ways_of(len(named)).parts == way).all(axis=1))[0])


def out_of_fold(read: Sequence[Read], *, loose: bool = False) -> tuple[float, dict[str, float]]:
    """The threshold at which both kinds of F1 are best, whole routes twice; near-copies fall into the same fold."""
    folds = _folds([one.row.text for one in read])
    guesses: dict[str, _Guess] = {}
    for fold in range(_FOLDS):
        weights = weights_of([one for one, its in zip(read, folds, strict=True) if its != fold], loose=loose)
        guesses |= {one.row.id: guess(one, weights) for one, its in zip(read, folds, strict=True) if its == fold}
    relevant = [one.row for one in read if one.row.relevant]
    rows = [row for row in relevant if is_loose(row) == loose] or relevant
    kinds: dict[str, _Items] = {"routes.f1": _whole, "routes.partial_f1": _ends}
    figures = {limit: {name: _f1(rows, guesses, limit, of) for name, of in kinds.items()} for limit in _THRESHOLDS}
    best = max(_THRESHOLDS, key=lambda limit: 2 * figures[limit]["routes.f1"] + figures[limit]["routes.partial_f1"])
    return best, figures[best]


def guess(one: Read, weights: Weights) -> _Guess:
    """(probability, routes) of the likeliest way in which anybody moves."""
    if one.example is None:
        return 0.0, ()
    ways = ways_of(len(one.named))
    chance, best = likeliest(scores_of(one.example.tables(), weights, ways), ways)
    parts = [PARTS[part] for part in ways.parts[best]]
    origins, stops, ends = (
        [country.code for country, its in zip(one.named, parts, strict=True) if its == part] for part in PARTS[:3]
    )
    nobody: list[str | None] = [None]
    pairs = product(origins or nobody, ends or nobody)
    return chance, tuple(Route(origin=origin, transit=tuple(stops), destination=end) for origin, end in pairs)


def _folds(texts: Sequence[str]) -> list[int]:
    """A fold per text; what shares three words in ten with an earlier text goes where that one went."""
    folds = [at % _FOLDS for at in range(len(texts))]
    for earlier, later, _ in near_copies(texts, at_least=_SAME_WORDS):
        folds[later] = folds[earlier]
    return folds


def _whole(routes: Sequence[Route]) -> Iterator[object]:
    return ((route.origin, frozenset(route.transit), route.destination) for route in routes)


def _ends(routes: Sequence[Route]) -> Iterator[object]:
    for route in routes:
        yield from (("transit", code) for code in route.transit)
        yield from (
            (part, code) for part, code in (("origin", route.origin), ("destination", route.destination)) if code
        )


def _f1(rows: Sequence[Row], guesses: Mapping[str, _Guess], limit: float, of: _Items) -> float:
    both = wanted = given = 0
    for row in rows:
        chance, routes = guesses[row.id]
        truth, found = set(of(row.routes)), set(of(routes if chance >= limit else ()))
        both, wanted, given = both + len(truth & found), wanted + len(truth), given + len(found)
    return 2 * both / max(1, wanted + given)


if __name__ == "__main__":
    main()
