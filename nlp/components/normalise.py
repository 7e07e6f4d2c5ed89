"""`falselight_normalise`: each token's norm is its folded form, so that spaCy matchers on NORM see one spelling."""

from __future__ import annotations

import numpy as np
from spacy.language import Language
from spacy.tokens import Doc

from nlp.components.board import reading_of
from nlp.normalise import fold


@Language.component("falselight_normalise", assigns=["token.norm", "doc._.folded"])
def falselight_normalise(doc: Doc) -> Doc:
    """Set every token's norm; works behind any tokenizer."""
    norms = reading_of(doc).norms or [fold(token.text).text or token.text for token in doc]
    add = doc.vocab.strings.add
    hashes = np.array([[add(norm)] for norm in norms], dtype="uint64").reshape(-1, 1)
    return doc.from_array(["NORM"], hashes)  # type: ignore[arg-type]  # the stub knows no numpy
