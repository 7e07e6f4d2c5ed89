"""A tagger without trained weights: an encoder that counts letters, heads learned on a hundred rows in a moment."""

from __future__ import annotations

import random
from collections.abc import Set as AbstractSet
from pathlib import Path
from zlib import crc32

import numpy as np

from nlp.heads import load_heads
from nlp.tagger import LearnedTagger
from nlp.training.rows import Row

VISA = "visa consulate invitation stamp embassy slot passport appointment guaranteed agency papers application"
BOAT = "boat captain harbour engine crossing island night departure seats lifejacket driver price"
NOTHING = "football stadium club sunday weather goal tickets supporters match season coach trophy"
INVASION = "flood invaders wave towns replaced horde siege crime burden overrun masses islamisation"
ASK = "anybody knows how much which where question please tell somebody answer wondering"
LIE = "lie false scam warning fraud untrue beware fake deceived cheated victims debunked"
FILLERS = "we the for from this with that now here about many people today some very again"


def sentence(words: str, seed: int) -> str:
    """Eight of the words among six fillers; no two seeds give near-copies."""
    chance = random.Random(f"{words} {seed}")
    chosen = chance.sample(words.split(), 8) + chance.sample(FILLERS.split(), 6)
    chance.shuffle(chosen)
    return " ".join(chosen)


class LetterEncoder:
    """Words hashed into 16 dimensions, text by text."""

    name, dims, languages = "letters", 16, frozenset[str]()

    def encode(self, texts: list[str]) -> np.ndarray:
        vectors = np.zeros((len(texts), self.dims), dtype=np.float32)
        for at, text in enumerate(texts):
            for word in text.split():
                vectors[at, crc32(word.encode("utf-8", "replace")) % self.dims] += 1
        return vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-9)


def rows() -> list[Row]:
    """Thirty rows each for two lures and a narrative, forty that are not relevant, a few questions and warnings."""
    made = [_row(f"visa-{n}", sentence(VISA, n), lures={"visa-offer"}) for n in range(30)]
    made += [_row(f"boat-{n}", sentence(BOAT, n), lures={"transport-offer"}) for n in range(30)]
    made += [_row(f"nothing-{n}", sentence(NOTHING, n), relevant=False, stance="reports") for n in range(40)]
    made += [_row(f"invasion-{n}", sentence(INVASION, n), narratives={"invasion"}) for n in range(30)]
    made += [_row(f"ask-{n}", sentence(ASK, n), stance="asks") for n in range(12)]
    return made + [_row(f"lie-{n}", sentence(LIE, n), stance="counters") for n in range(12)]


def _row(
    row_id: str,
    text: str,
    *,
    relevant: bool = True,
    stance: str = "promotes",
    lures: AbstractSet[str] = frozenset(),
    narratives: AbstractSet[str] = frozenset(),
) -> Row:
    return Row(
        id=row_id,
        text=text,
        lang="en",
        relevant=relevant,
        stance=stance,
        lures=frozenset(lures),
        narratives=frozenset(narratives),
    )


def small_tagger(folder: Path) -> LearnedTagger:
    from nlp.training.train import train

    train(rows(), LetterEncoder(), folder)
    return LearnedTagger(LetterEncoder(), load_heads("letters", folder))
