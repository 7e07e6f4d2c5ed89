"""From texts to tags: rules and lexicons, encoder, heads, reasons; chunk by chunk, each text for itself."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Sequence
from importlib import resources
from importlib.resources.abc import Traversable
from itertools import islice

import numpy as np

from falselight.tags import Reason
from nlp.contract import Encoder, Failed, Label, Tagged, Text
from nlp.encoders import load_encoder
from nlp.heads import Heads, load_heads
from nlp.pipeline import Analysis, analyse
from nlp.tagger.evidence import Evidence
from nlp.tagger.examples import Examples
from nlp.tagger.findings import actors, corridors, places, prices, routes
from nlp.training.rows import STANCES

# Raise it whenever code changes what a text is tagged as; lexicons and models are hashed by themselves.
CODE_VERSION = "1"
# Some hundred texts fill the cores and stay small in memory.
_CHUNK_TEXTS = 256
_LETTER = re.compile(r"[^\W\d_]")
_NOTHING_TO_READ = (Reason(kind="rule", text="the text has no letters", source="rule:no-text"),)


def build_tagger(encoder: str = "use", *, threads: int | None = None) -> LearnedTagger:
    """The tagger with that encoder (name or path). Raises Missing where encoder or heads are not there."""
    return LearnedTagger(load_encoder(encoder, threads=threads), load_heads(encoder))


class LearnedTagger:
    """`nlp.contract.Tagger` on an encoder and the heads trained on it."""

    def __init__(self, encoder: Encoder, heads: Heads) -> None:
        self._encoder, self._heads = encoder, heads
        self._examples = Examples(heads)
        self.revision = _revision(heads)
        self._origin = f"model:{heads.encoder}@{heads.revision}"
        self._yes_no = ("no", "yes")

    def tag(self, texts: Iterable[Text]) -> Iterator[Tagged | Failed]:
        """One result per text, in order, in chunks of 256; `Failed` with a reason for a text that cannot be tagged."""
        rest = iter(texts)
        while chunk := list(islice(rest, _CHUNK_TEXTS)):
            yield from self._tag_chunk(chunk)

    def _tag_chunk(self, chunk: Sequence[Text]) -> list[Tagged | Failed]:
        try:
            return self._results(list(analyse(chunk)))
        except Exception as error:  # noqa: BLE001 - whatever one text provokes, its neighbours are tagged
            if len(chunk) == 1:
                return [Failed(id=chunk[0].id, reason="tagging-failed", detail=repr(error))]
        return [result for text in chunk for result in self._tag_chunk([text])]

    def _results(self, read: Sequence[Analysis | Failed]) -> list[Tagged | Failed]:
        told = [one for one in read if isinstance(one, Analysis) and _LETTER.search(one.folded.text)]
        tagged = {id(one): result for one, result in zip(told, self._tag_all(told), strict=True)}
        return [one if isinstance(one, Failed) else tagged.get(id(one)) or _empty(one) for one in read]

    def _tag_all(self, told: Sequence[Analysis]) -> list[Tagged]:
        if not told:
            return []
        vectors = self._encoder.encode([analysis.text for analysis in told])
        chances, grams = self._heads.read(told, vectors)
        return [
            self._tagged(Evidence(analysis, grams, at, vectors[at], self._heads, self._examples), chances[at])
            for at, analysis in enumerate(told)
        ]

    def _tagged(self, evidence: Evidence, chances: np.ndarray) -> Tagged:
        analysis = evidence.analysis
        relevant = bool(round(float(chances[0]), 3) >= self._heads.threshold[0])
        return Tagged(
            id=analysis.id,
            language=analysis.language.code,
            script=analysis.language.script,
            language_score=round(analysis.language.score, 3),
            normalised=analysis.folded.text,
            relevant=self._relevance(evidence, float(chances[0]), relevant),
            stance=self._stance(evidence, chances),
            narratives=self._labels(evidence, chances, "narrative") if relevant else (),
            lures=self._labels(evidence, chances, "lure") if relevant else (),
            routes=routes(analysis) if relevant else (),
            corridors=corridors(analysis) if relevant else (),
            prices=prices(analysis),
            places=places(analysis),
            actors=actors(analysis),
        )

    def _relevance(self, evidence: Evidence, chance: float, relevant: bool) -> Label:
        value, score = ("yes", chance) if relevant else ("no", 1 - chance)
        return self._label(evidence, f"relevant:{value}", score)

    def _stance(self, evidence: Evidence, chances: np.ndarray) -> Label:
        at = self._heads.stance_of(chances)
        return self._label(evidence, f"stance:{STANCES[at]}", float(chances[at - len(STANCES)]))

    def _labels(self, evidence: Evidence, chances: np.ndarray, kind: str) -> tuple[Label, ...]:
        """Labels from their thresholds on, likeliest first."""
        given = [
            (-round(float(chances[at]), 3), name)
            for at, name in enumerate(self._heads.labels)
            if name.startswith(f"{kind}:") and round(float(chances[at]), 3) >= self._heads.threshold[at]
        ]
        return tuple(self._label(evidence, name, -score) for score, name in sorted(given))

    def _label(self, evidence: Evidence, name: str, score: float) -> Label:
        value = name.partition(":")[2]
        return Label(value=value, score=round(score, 3), origin=self._origin, reasons=evidence.reasons(name))


def _empty(analysis: Analysis) -> Tagged:
    """A text without a single letter (a picture, an emoji) says nothing that could be labelled."""
    return Tagged(
        id=analysis.id,
        language=analysis.language.code,
        script=analysis.language.script,
        language_score=round(analysis.language.score, 3),
        normalised=analysis.folded.text,
        relevant=Label(value="no", score=1.0, origin="rule:no-text", reasons=_NOTHING_TO_READ),
        stance=Label(value="reports", score=1.0, origin="rule:no-text", reasons=_NOTHING_TO_READ),
    )


def _revision(heads: Heads) -> str:
    """Hash over code version, heads (and through them encoder and corpus) and every file of the lexicons."""
    digest = hashlib.sha256(f"{CODE_VERSION} {heads.encoder} {heads.revision}".encode())
    for name, content in _files(resources.files("nlp.lexicon")):
        digest.update(name.encode() + b"\0" + content)
    return digest.hexdigest()[:12]


def _files(folder: Traversable) -> Iterator[tuple[str, bytes]]:
    for entry in sorted(folder.iterdir(), key=lambda entry: entry.name):
        if entry.is_dir() and entry.name != "__pycache__":
            yield from _files(entry)
        elif entry.name.endswith((".yml", ".json")):
            yield entry.name, entry.read_bytes()
