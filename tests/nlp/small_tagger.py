"""A tagger without trained weights: an encoder that counts letters, heads learned on a hundred rows in a moment."""

from __future__ import annotations

from pathlib import Path
from zlib import crc32

import numpy as np

from nlp.heads import load_heads
from nlp.tagger import LearnedTagger
from nlp.training.rows import Row

LURES = {
    "visa-offer": "Visa {n} for you with invitation, consulate slot guaranteed by agency number {n}, write now",
    "transport-offer": "Boat from Izmir to Greece on day {n}, good captain, price {n} hundred euro, places left",
}
NOTHING = "The football club number {n} plays on sunday at home, tickets at the stadium, good weather expected"
INVASION = "They flood our towns, wave number {n} of invaders replaces us, said the party at rally {n} yesterday"


class LetterEncoder:
    """Words hashed into 16 dimensions, text by text."""

    name, dims, languages = "letters", 16, frozenset({"en"})

    def encode(self, texts: list[str]) -> np.ndarray:
        vectors = np.zeros((len(texts), self.dims), dtype=np.float32)
        for at, text in enumerate(texts):
            for word in text.split():
                vectors[at, crc32(word.encode("utf-8", "replace")) % self.dims] += 1
        return vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-9)


def rows() -> list[Row]:
    made = [_row(f"{lure}-{n}", text.format(n=n), lures={lure}) for lure, text in LURES.items() for n in range(30)]
    made += [_row(f"nothing-{n}", NOTHING.format(n=n), relevant=False, stance="reports") for n in range(40)]
    made += [_row(f"invasion-{n}", INVASION.format(n=n), narratives={"invasion"}) for n in range(30)]
    made += [_row(f"ask-{n}", f"Does anybody know the price {n} of a boat?", stance="asks") for n in range(12)]
    return made + [_row(f"no-{n}", f"Do not believe the offer {n}, it is a lie", stance="counters") for n in range(12)]


def _row(
    row_id: str,
    text: str,
    *,
    relevant: bool = True,
    stance: str = "promotes",
    lures: set[str] = frozenset(),  # type: ignore[assignment]
    narratives: set[str] = frozenset(),  # type: ignore[assignment]
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
