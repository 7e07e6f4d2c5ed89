"""Rebuild the heads from the corpus: `python -m nlp.training.train [--encoder use]`. Repeats to the last bit."""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from nlp.contract import Encoder, Failed, Text
from nlp.encoders import load_encoder
from nlp.features import Space, found_in, hashed, readable
from nlp.heads import FOLDER, Heads, load_heads, save_heads
from nlp.labels import BINARY, RELEVANT
from nlp.pipeline import Analysis, analyse
from nlp.training import learn
from nlp.training.corpus import corpus_hash, corpus_rows
from nlp.training.examples import chosen_examples
from nlp.training.groups import near_duplicate_groups
from nlp.training.held import held
from nlp.training.logistic import CONSTANT, Rows
from nlp.training.rows import STANCES, Row

# A label with fewer rows is left to the lexicon until the corpus has grown.
_LABEL_ROWS_MIN = 25
# An n-gram in fewer rows teaches nothing that holds elsewhere.
_ROWS_MIN = 3


def main(arguments: Sequence[str] | None = None) -> None:
    """Train, save, and print the figures out of fold."""
    options = argparse.ArgumentParser(prog="nlp.training.train", description=__doc__)
    options.add_argument("--encoder", default="use")
    options.add_argument("--folder", type=Path, default=FOLDER)
    chosen = options.parse_args(arguments)
    started = time.monotonic()
    path = train([row for row in corpus_rows() if not held(row)], load_encoder(chosen.encoder), chosen.folder)
    heads = load_heads(chosen.encoder, chosen.folder)
    sys.stdout.write(
        f"{path} {path.stat().st_size / 1e6:.1f} MB, revision {heads.revision}, {time.monotonic() - started:.0f} s\n"
    )
    for name, value in heads.about["out_of_fold"].items():
        sys.stdout.write(f"  {name} {value}\n")


def train(rows: Sequence[Row], encoder: Encoder, folder: Path) -> Path:
    """Learn the heads from the rows and write them to the folder; returns the path of the arrays."""
    analyses = read_corpus(rows)
    vectors = encoder.encode([row.text for row in rows])
    known = np.array([row.lang in encoder.languages for row in rows])
    groups = near_duplicate_groups([row.text for row in rows], vectors, known)
    return save_heads(heads_of(rows, analyses, vectors, groups, encoder.name), folder)


def read_corpus(rows: Sequence[Row]) -> list[Analysis]:
    """What the rules find in the rows. RuntimeError if one cannot be read: a corpus row must be readable."""
    results = list(analyse([Text(id=row.id, text=row.text) for row in rows]))
    failed = [result for result in results if isinstance(result, Failed)]
    if failed:
        raise RuntimeError(f"{len(failed)} rows of the corpus cannot be read, first: {failed[0]}")
    return [result for result in results if not isinstance(result, Failed)]


def space_of(analyses: Sequence[Analysis]) -> Space:
    """The columns that occur often enough in these texts, and the names of everything the rules can find."""
    counts = hashed([readable(analysis) for analysis in analyses])
    rows_with = np.bincount(counts.indices, minlength=counts.shape[1])
    # Most frequent first: what is needed together lies together, which halves the time of the products.
    columns = np.argsort(-rows_with, kind="stable")[: np.count_nonzero(rows_with >= _ROWS_MIN)].astype(np.int32)
    # Rounded as it will be stored: what is learned from must be what is read later.
    idf = (np.log((1 + len(analyses)) / (1 + rows_with[columns])) + 1).astype(np.float16).astype(np.float64)
    found = sorted({name for analysis in analyses for name in found_in(analysis)})
    return Space(columns, idf, tuple(found))


def heads_of(
    rows: Sequence[Row], analyses: Sequence[Analysis], vectors: np.ndarray, groups: np.ndarray, encoder: str
) -> Heads:
    """Everything that is learned, as one object."""
    space, targets = space_of(analyses), learn.targets_of(rows, _learnable(rows))
    grams, dense = space.grams(analyses).rows, space.dense(analyses, vectors)
    features = Rows(grams, np.hstack([dense, np.full((len(dense), 1), CONSTANT)]))
    scores = learn.out_of_fold(features, targets, groups)
    slope, shift = learn.sigmoids(scores, targets)
    weights, width = learn.learn(features, targets), grams.shape[1]
    examples, example_ids = chosen_examples(rows, vectors, groups)
    plain = Heads(
        labels=(*targets.names, *(f"stance:{name}" for name in STANCES)),
        space=space,
        grams=weights[:width],
        dense=weights[width:-1],
        bias=CONSTANT * weights[-1],
        slope=slope,
        shift=shift,
        threshold=np.zeros(len(slope)),
        stance_map=learn.stance_map(scores, targets),
        stance_favour=np.ones(len(STANCES)),
        examples=examples,
        example_ids=example_ids,
        encoder=encoder,
        revision="",
        about={},
    )
    return _with_decisions(plain, scores, targets, _about(rows, groups))


def _with_decisions(heads: Heads, scores: np.ndarray, targets: learn.Targets, about: dict[str, object]) -> Heads:
    chances = heads.probabilities(scores)
    limits = learn.thresholds(chances, targets)
    favour = learn.stance_favour(chances[:, -len(STANCES) :], targets)
    figures = learn.cross_validated(chances, limits, favour, targets)
    about = {**about, "out_of_fold": figures}
    return replace(heads, threshold=limits, stance_favour=favour, about=about)


def _learnable(rows: Sequence[Row]) -> list[str]:
    """Relevance, and the narratives and lures that have enough rows to learn from."""
    return [
        name for name in BINARY if name == RELEVANT or sum(learn.carries(row, name) for row in rows) >= _LABEL_ROWS_MIN
    ]


def _about(rows: Sequence[Row], groups: np.ndarray) -> dict[str, object]:
    return {
        "corpus_sha256": corpus_hash(),
        "rows": len(rows),
        "groups": len(np.unique(groups)),
        "languages": sorted({row.lang for row in rows}),
    }


if __name__ == "__main__":
    main()
