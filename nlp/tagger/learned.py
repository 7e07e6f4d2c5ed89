"""From texts to tags: rules and lexicons, encoder, heads, reasons; chunk by chunk, each text for itself."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import islice

from falselight.tags import Reason
from nlp.components.parts import weights_revision
from nlp.contract import Encoder, Failed, Label, Tagged, Tagger, Text
from nlp.encoders import load_encoder
from nlp.encoders.transformer import Transformer
from nlp.heads import Heads, load_heads
from nlp.joined import load_joined
from nlp.pipeline import Analysis, analyse
from nlp.tagger.chunks import each_alone, lexicon_hash
from nlp.tagger.evidence import Evidence
from nlp.tagger.examples import Examples
from nlp.tagger.findings import actors, corridors, places, prices, routes
from nlp.tagger.verdicts import Second, Verdict, second_reader, verdicts
from nlp.training.rows import STANCES

# Raise it whenever code changes what a text is tagged as; lexicons and models are hashed by themselves.
CODE_VERSION = "2"
# Some hundred texts fill the cores and stay small in memory.
_CHUNK_TEXTS = 256
# Nearer than this to the other side, a relevance or a stance is left to a person as well.
_EDGE = 0.1
_LETTER = re.compile(r"[^\W\d_]")
_NOTHING_TO_READ = (Reason(kind="rule", text="the text has no letters", source="rule:no-text"),)


DEFAULT = "transformer"
_FIRST = "use"


def build_tagger(encoder: str = DEFAULT, *, threads: int | None = None) -> Tagger:
    """The tagger by name: `transformer` (with `use` and the lexicons), `lexicon`, or heads on an encoder (name or path).

    Raises Missing where encoder, heads or transformer are not there.
    """
    if encoder == "lexicon":
        from nlp.tagger.lexicon_only import LexiconTagger

        return LexiconTagger()
    if encoder == DEFAULT:
        return default_tagger(threads=threads)
    return LearnedTagger(load_encoder(encoder, threads=threads), load_heads(encoder))


def default_tagger(*, threads: int | None = None) -> LearnedTagger:
    """`use`, transformer and lexicons joined."""
    heads, joined = load_heads(_FIRST), load_joined()
    second = second_reader(heads, Transformer(threads=threads), joined)
    return LearnedTagger(load_encoder(_FIRST, threads=threads), heads, second)


class LearnedTagger:
    """`nlp.contract.Tagger` on an encoder, the heads trained on it and, where given, a second reader."""

    def __init__(self, encoder: Encoder, heads: Heads, second: Second | None = None) -> None:
        self._encoder, self._heads, self.second = encoder, heads, second
        self._examples = Examples(heads)
        self.revision = _revision(heads, second)

    def with_second(self, second: Second | None) -> LearnedTagger:
        """The same encoder and heads with another second reader, or none."""
        return LearnedTagger(self._encoder, self._heads, second)

    def tag(self, texts: Iterable[Text]) -> Iterator[Tagged | Failed]:
        """One result per text, in order, in chunks of 256; `Failed` with a reason for a text that cannot be tagged."""
        rest = iter(texts)
        while chunk := list(islice(rest, _CHUNK_TEXTS)):
            yield from each_alone(self._tag_chunk, chunk)

    def _tag_chunk(self, chunk: Sequence[Text]) -> list[Tagged | Failed]:
        return self._results(list(analyse(chunk)))

    def _results(self, read: Sequence[Analysis | Failed]) -> list[Tagged | Failed]:
        told = [one for one in read if isinstance(one, Analysis) and _LETTER.search(one.folded.text)]
        tagged = {id(one): result for one, result in zip(told, self._tag_all(told), strict=True)}
        return [one if isinstance(one, Failed) else tagged.get(id(one)) or _empty(one) for one in read]

    def _tag_all(self, told: Sequence[Analysis]) -> list[Tagged]:
        if not told:
            return []
        vectors = self._encoder.encode([analysis.text for analysis in told])
        thought, grams = verdicts(told, vectors, self._heads, self.second)
        return [
            self._tagged(Evidence(analysis, grams, at, vectors[at], self._heads, self._examples), thought[at])
            for at, analysis in enumerate(told)
        ]

    def _tagged(self, evidence: Evidence, verdict: Verdict) -> Tagged:
        analysis = evidence.analysis
        relevant = bool(verdict.chances[0] >= verdict.limits[0])
        return Tagged(
            id=analysis.id,
            language=analysis.language.code,
            script=analysis.language.script,
            language_score=round(analysis.language.score, 3),
            normalised=analysis.folded.text,
            relevant=self._relevance(evidence, verdict, relevant),
            stance=self._stance(evidence, verdict),
            narratives=self._labels(evidence, verdict, "narrative") if relevant else (),
            lures=self._labels(evidence, verdict, "lure") if relevant else (),
            routes=routes(analysis) if relevant else (),
            corridors=corridors(analysis) if relevant else (),
            prices=prices(analysis),
            places=places(analysis),
            actors=actors(analysis),
            unsure=self._unsure(evidence, verdict, relevant),
        )

    def _relevance(self, evidence: Evidence, verdict: Verdict, relevant: bool) -> Label:
        chance = float(verdict.chances[0])
        value, score = ("yes", chance) if relevant else ("no", 1 - chance)
        return _label(evidence, verdict, f"relevant:{value}", score)

    def _stance(self, evidence: Evidence, verdict: Verdict) -> Label:
        at = verdict.stance
        return _label(evidence, verdict, f"stance:{STANCES[at]}", float(verdict.chances[at - len(STANCES)]))

    def _labels(self, evidence: Evidence, verdict: Verdict, kind: str) -> tuple[Label, ...]:
        """Labels from their thresholds on, likeliest first."""
        given = [
            (-float(verdict.chances[at]), name)
            for at, name in enumerate(self._heads.labels[: -len(STANCES)])
            if name.startswith(f"{kind}:") and verdict.gives(name, at)
        ]
        return tuple(_label(evidence, verdict, name, -score) for score, name in sorted(given))

    def _unsure(self, evidence: Evidence, verdict: Verdict, relevant: bool) -> tuple[Label, ...]:
        """What a person should decide: labels just below their thresholds, a relevance or a stance on the edge."""
        names = self._heads.labels[: -len(STANCES)]
        close = [
            name
            for at, name in enumerate(names)
            if relevant and at and verdict.doubts[at] <= verdict.chances[at] and not verdict.gives(name, at)
        ]
        if abs(verdict.chances[0] - verdict.limits[0]) < _EDGE:
            close.insert(0, f"relevant:{'yes' if relevant else 'no'}")
        if relevant and verdict.stance_lead < _EDGE:
            close.append(f"stance:{STANCES[verdict.stance]}")
        scores = dict(zip(self._heads.labels, verdict.chances.tolist(), strict=True))
        scores["relevant:no"] = 1 - float(verdict.chances[0])
        return tuple(replace(_label(evidence, verdict, name, scores[name]), value=name) for name in close)


def _label(evidence: Evidence, verdict: Verdict, name: str, score: float) -> Label:
    value = name.partition(":")[2]
    return Label(value=value, score=round(score, 3), origin=verdict.origin, reasons=evidence.reasons(name))


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


def _revision(heads: Heads, second: Second | None) -> str:
    """Hash over code version, heads (and through them encoder and corpus), second reader, route weights and lexicons."""
    joined = "" if second is None else f"{second.joined.revision} {second.transformer.revision}"
    parts = (CODE_VERSION, heads.encoder, heads.revision, joined, weights_revision(), lexicon_hash())
    return hashlib.sha256(" ".join(parts).encode()).hexdigest()[:12]
