"""Fit the weights of evidence.yml on our own corpus: `python -m nlp.lexicon.routes.fit_evidence`.

Logistic regression on the relevant rows of nlp/training/corpus for which the places make a route: is one labelled?
Prints the cross-validated accuracy; grouped by file, so that no writer is in both parts.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

TARGET = Path(__file__).with_name("evidence.yml")
CORPUS = Path(__file__).parents[2] / "training" / "corpus"
HEAD = """# Weights of the signs that a text speaks of a movement (nlp/components/evidence.py); a sum of 0 or more means yes.
# Written by nlp/lexicon/routes/fit_evidence.py from nlp/training/corpus; do not edit by hand.
"""


def rows() -> list[tuple[str, dict[str, float], bool]]:
    """(file, signs, whether a route is labelled) of each relevant row whose places make a route."""
    from nlp.components.board import reading_of
    from nlp.components.evidence import signs
    from nlp.components.movement import routes_of
    from nlp.components.routes import offers_visa, with_chains
    from nlp.pipeline import pipeline

    found = []
    for path in sorted(CORPUS.glob("*.jsonl")):
        for row in filter(None, map(_relevant, path.read_text(encoding="utf-8").splitlines())):
            reading = reading_of(pipeline()(row["text"]))
            places = with_chains(reading, reading.places or ())
            if routes := tuple(route for route, _ in routes_of(places, offers_visa(reading))):
                found.append((path.stem, signs(reading, places, routes), bool(row["routes"])))
    return found


def _relevant(line: str) -> dict[str, Any] | None:
    row: dict[str, Any] = json.loads(line)
    return row if row["relevant"] else None


def fit() -> dict[str, float]:
    """Sign → weight."""
    from sklearn.feature_extraction import DictVectorizer
    from sklearn.linear_model import LogisticRegression
    from sklearn.model_selection import GroupKFold, cross_val_score

    files, features, labels = zip(*rows(), strict=True)
    vectorizer = DictVectorizer()
    matrix = vectorizer.fit_transform(features)
    model = LogisticRegression(C=1.0, fit_intercept=False, max_iter=1000)
    scores = cross_val_score(model, matrix, labels, groups=files, cv=GroupKFold(8))
    print(  # noqa: T201 - a command of the model engineer
        f"{len(labels)} rows, {sum(labels)} with a route; accuracy {scores.mean():.3f} (8 folds by file)"
    )
    model.fit(matrix, labels)
    return dict(zip(vectorizer.get_feature_names_out(), model.coef_[0].tolist(), strict=True))


if __name__ == "__main__":
    lines = [f"  {sign}: {weight:.2f}" for sign, weight in sorted(fit().items())]
    TARGET.write_text(HEAD + "weights:\n" + "\n".join(lines) + "\n", encoding="utf-8")
