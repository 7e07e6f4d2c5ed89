"""What the heads read of a text: its letters and words, its vector, what the rules found in it, how it looks.

All of it stands in one matrix, so that one model weighs a phrase of a lexicon against everything else.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy import sparse

if TYPE_CHECKING:
    from nlp.pipeline import Analysis

# Hashed n-grams: runs of letters inside words (every script, every inflection), and words with their neighbours.
# 2^16 letters lose nothing against 2^17 on our corpus (.811/.436 relevance/lures, .809/.433); words add .02.
_LETTERS, _WORDS = 1 << 16, 1 << 16
# A unit vector weighs twice the n-grams; at equal weight and a weaker penalty the figures are the same within .02.
VECTOR_WEIGHT = 2.0
# What counts is how a post begins; a pasted book costs a second and says no more.
READ_CHARACTERS = 10_000
_LOOKS = {
    "question": re.compile("[?؟;፧]"),
    "exclamation": re.compile("!"),
    "quotation": re.compile('["«»“”„]'),
    "money": re.compile(r"[$€£₺]|\b(?:euro|usd|dollar)"),
    "hundred-percent": re.compile(r"\b1\s?0\s?0\s?%?"),
    "handle": re.compile(r"@\w|\+\d|t\.me|wa\.me|whats|telegram|viber|واتس|تلگرام|تيليغرام|телеграм"),
    "link": re.compile("https?:|www\\."),
    "hashtag": re.compile(r"#\w"),
    "number": re.compile(r"\d+"),
    "emoji": re.compile("[\U0001f300-\U0001faff\u2600-\u27bf]"),
    "line": re.compile("\n"),
    "colon": re.compile(":"),
}
_WORD = r"\w+"
_CHUNK = re.compile(r"\S+")
_RULES = ("routes", "corridors", "places", "prices", "actors")


@dataclass(frozen=True, slots=True)
class Words:
    """The different words of some texts. `runs` (words, letter columns): the letter runs in each, hashed once.

    `counts` (texts, words): how often each stands in each text; `places`: per text, word → folded span of its first.
    """

    runs: Any
    counts: Any
    places: list[dict[int, tuple[int, int]]]


@dataclass(frozen=True, slots=True)
class Grams:
    """N-gram features. `rows` (texts, columns); `word_rows` (words, columns) and `places` say which word fills what."""

    rows: Any
    word_rows: Any
    places: list[dict[int, tuple[int, int]]]


@dataclass(frozen=True, slots=True)
class Space:
    """Which columns there are: `columns` kept of the hashed n-grams, with their `idf`, and the `found` ones by name."""

    columns: np.ndarray
    idf: np.ndarray
    found: tuple[str, ...]

    def grams(self, analyses: Sequence[Analysis]) -> Grams:
        """1 + log count, times idf, scaled to unit length per text."""
        texts = [readable(analysis) for analysis in analyses]
        words = words_of(texts)
        rows = weigh(hashed(texts, words)[:, self.columns], self.idf)
        empty = sparse.csr_matrix((words.runs.shape[0], _WORDS))
        return Grams(rows, sparse.hstack([words.runs, empty]).tocsr()[:, self.columns], words.places)

    def dense(self, analyses: Sequence[Analysis], vectors: np.ndarray) -> np.ndarray:
        """float64 (texts, dims of the encoder + found): the vector, and what rules and looks say."""
        counts = [found_in(analysis) for analysis in analyses]
        found = np.array([[np.log1p(each.get(name, 0)) for name in self.found] for each in counts], dtype=np.float64)
        return np.hstack([vectors.astype(np.float64) * VECTOR_WEIGHT, found.reshape(len(analyses), len(self.found))])


def readable(analysis: Analysis) -> str:
    """The folded text, as far as the heads read it."""
    return analysis.folded.text[:READ_CHARACTERS]


def found_in(analysis: Analysis) -> dict[str, int]:
    """How often each kind and label of phrase, each rule's finding and each outer mark occurs."""
    counts: Counter[str] = Counter(f"{hit.kind}:{hit.label}" for hit in analysis.hits)
    counts.update(f"any:{hit.kind}" for hit in analysis.hits)
    counts.update({f"rule:{field}": len(getattr(analysis, field)) for field in _RULES})
    counts.update(f"actor:{actor.kind}" for actor in analysis.actors)
    text = readable(analysis)
    counts.update({f"looks:{name}": len(pattern.findall(text)) for name, pattern in _LOOKS.items()})
    counts["looks:length"] = len(text)
    return dict(counts)


def words_of(texts: Sequence[str]) -> Words:
    """What stands between white space in the texts; letter runs never cross it."""
    numbers: dict[str, int] = {}
    places: list[dict[int, tuple[int, int]]] = []
    cells: list[tuple[int, int]] = []
    for at, text in enumerate(texts):
        firsts: dict[int, tuple[int, int]] = {}
        for match in _CHUNK.finditer(text):
            number = numbers.setdefault(match.group(), len(numbers))
            firsts.setdefault(number, match.span())
            cells.append((at, number))
        places.append(firsts)
    rows, columns = np.array(cells, dtype=np.int64).reshape(-1, 2).T
    counts = sparse.csr_matrix((np.ones(len(rows), np.float32), (rows, columns)), shape=(len(texts), len(numbers)))
    return Words(_vectorisers()[0].transform(numbers) if numbers else sparse.csr_matrix((0, _LETTERS)), counts, places)


def hashed(texts: Sequence[str], words: Words | None = None) -> sparse.csr_matrix:
    """Counts of letter runs, then of words and pairs of words, in 2^17 hashed columns; `words`: those of the texts."""
    several = words or words_of(texts)
    return sparse.hstack([several.counts @ several.runs, _vectorisers()[1].transform(texts)]).tocsr()


def weigh(counts: sparse.csr_matrix, idf: np.ndarray) -> sparse.csr_matrix:
    """1 + log count, times idf, each row scaled to unit length."""
    weighed = counts.astype(np.float64)
    weighed.sort_indices()
    weighed.data = (1 + np.log(weighed.data)) * idf[weighed.indices]
    length = np.sqrt(np.asarray(weighed.multiply(weighed).sum(axis=1)).ravel())
    weighed.data /= np.repeat(np.where(length > 0, length, 1), np.diff(weighed.indptr))
    return weighed


@cache
def _vectorisers() -> tuple[Any, Any]:
    """scikit-learn's hashing needs no vocabulary and nothing to unpickle; `alternate_sign` would hide the reasons."""
    from sklearn.feature_extraction.text import HashingVectorizer

    common: dict[str, Any] = {"alternate_sign": False, "norm": None, "lowercase": False, "dtype": np.float32}
    letters = HashingVectorizer(analyzer="char_wb", ngram_range=(2, 5), n_features=_LETTERS, **common)
    words = HashingVectorizer(ngram_range=(1, 2), token_pattern=_WORD, n_features=_WORDS, **common)
    return letters, words
