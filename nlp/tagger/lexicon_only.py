"""A tagger of phrases and rules alone: no encoder, no heads. It shows what the learned part adds (`evaluate --compare`)."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice

from falselight.tags import Reason
from nlp.components.parts import weights_revision
from nlp.components.reading import Hit
from nlp.contract import Failed, Label, Tagged, Text
from nlp.pipeline import Analysis, analyse
from nlp.tagger.chunks import each_alone, lexicon_hash
from nlp.tagger.findings import actors, corridors, places, prices, routes
from nlp.training.rows import STANCES

# Raise it whenever the code below changes what a text is tagged as.
_CODE_VERSION = "1"
_CHUNK_TEXTS = 256
_ORIGIN = "rule:lexicon"


class LexiconTagger:
    """`nlp.contract.Tagger` on the lexicons' hits. Scores are always 1: a phrase is there or it is not."""

    def __init__(self) -> None:
        self.revision = _revision()

    def tag(self, texts: Iterable[Text]) -> Iterator[Tagged | Failed]:
        """One result per text, in order; `Failed` as the pipeline gives it."""
        rest = iter(texts)
        while chunk := list(islice(rest, _CHUNK_TEXTS)):
            yield from each_alone(_chunk, chunk)


def _chunk(texts: Sequence[Text]) -> list[Tagged | Failed]:
    return [read if isinstance(read, Failed) else _tagged(read) for read in analyse(texts)]


def _tagged(analysis: Analysis) -> Tagged:
    speaking, benign = _speaking(analysis.hits), _of(analysis.hits, "topic", "benign")
    relevant = len(speaking) > len(benign)
    return Tagged(
        id=analysis.id,
        language=analysis.language.code,
        script=analysis.language.script,
        language_score=round(analysis.language.score, 3),
        normalised=analysis.folded.text,
        relevant=_label("yes", speaking) if relevant else _label("no", benign),
        stance=_stance(analysis.hits),
        narratives=_labels(analysis.hits, "narrative") if relevant else (),
        lures=_labels(analysis.hits, "lure") if relevant else (),
        routes=routes(analysis) if relevant else (),
        corridors=corridors(analysis) if relevant else (),
        prices=prices(analysis),
        places=places(analysis),
        actors=actors(analysis),
    )


def _speaking(hits: Sequence[Hit]) -> list[Hit]:
    """What speaks for the topic: any lure, any narrative, words of migration."""
    return [hit for hit in hits if hit.kind in {"lure", "narrative"} or (hit.kind, hit.label) == ("topic", "migration")]


def _stance(hits: Sequence[Hit]) -> Label:
    """The stance with most phrases, the first of STANCES among equals; `reports` where there is none."""
    counts = Counter(hit.label for hit in hits if hit.kind == "stance")
    best = max(STANCES, key=lambda stance: counts[stance]) if counts else "reports"
    return _label(best, _of(hits, "stance", best))


def _labels(hits: Sequence[Hit], kind: str) -> tuple[Label, ...]:
    names = dict.fromkeys(hit.label for hit in hits if hit.kind == kind)
    return tuple(_label(name, _of(hits, kind, name)) for name in sorted(names))


def _of(hits: Sequence[Hit], kind: str, label: str) -> list[Hit]:
    return [hit for hit in hits if (hit.kind, hit.label) == (kind, label)]


def _label(value: str, hits: Sequence[Hit]) -> Label:
    reasons = tuple(_reason(hit) for hit in hits)
    return Label(value=value, score=1.0, origin=_ORIGIN, reasons=reasons or (_no_phrase(value),))


def _reason(hit: Hit) -> Reason:
    source = f"lexicon:{hit.kind}:{hit.label}/{hit.language}"
    return Reason(kind="phrase", text=hit.phrase, start=hit.start, end=hit.end, source=source)


def _no_phrase(value: str) -> Reason:
    return Reason(kind="rule", text=f"no phrase says otherwise than {value}", source="lexicon:default")


def _revision() -> str:
    """Hash over this code's version, the weights of routes and every file of the lexicons."""
    return hashlib.sha256(f"{_CODE_VERSION} {weights_revision()} {lexicon_hash()}".encode()).hexdigest()[:12]
