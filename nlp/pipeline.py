"""From texts to what they say, as far as rules and lexicons tell: languages, phrases, places, routes, prices, actors.

One spaCy pipeline does the work (nlp/components); spaCy is imported when the first text comes, never with this module.
"""

from __future__ import annotations

import gc
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import islice
from typing import TYPE_CHECKING

from falselight.errors import Halt
from falselight.tags import Reason, Route
from nlp.components.reading import ActorHit, Hit, PlaceHit, PriceHit, Reading
from nlp.contract import Failed, Text
from nlp.language import Language
from nlp.normalise import Folded

if TYPE_CHECKING:
    from spacy.language import Language as Pipeline
    from spacy.tokens import Doc

__all__ = ["ActorHit", "Analysis", "Hit", "PlaceHit", "PriceHit", "analyse", "pipeline"]

COMPONENTS = (
    "falselight_language",
    "falselight_normalise",
    "falselight_places",
    "falselight_actors",
    "falselight_prices",
    "falselight_phrases",
    "falselight_routes",
)
# No public post or article is longer; a longer text is set aside rather than hold up its neighbours.
MAX_CHARACTERS = 100_000
# Texts per memory zone: spaCy forgets their words behind it, so that a million posts fit.
_ZONE_TEXTS = 256


@dataclass(frozen=True, slots=True, kw_only=True)
class Analysis:
    """What the rules found in one text; every offset counts characters of the text as given.

    `text`: as given, lone surrogates as U+FFFD, so that what reasons quote of it can be written anywhere.
    """

    id: str
    text: str
    language: Language
    folded: Folded
    hits: tuple[Hit, ...]
    places: tuple[PlaceHit, ...]
    routes: tuple[tuple[Route, tuple[Reason, ...]], ...]
    route_chance: float
    corridors: tuple[tuple[str, tuple[Reason, ...]], ...]
    prices: tuple[PriceHit, ...]
    actors: tuple[ActorHit, ...]


@cache
def pipeline() -> Pipeline:
    """The spaCy pipeline, built once a process with all its lexicons read. Raises LexiconError if one of them is broken."""
    import spacy

    from nlp.components import actors, language, normalise, phrases, places, prices, routes  # noqa: F401 - factories
    from nlp.components.tokenizer import FoldingTokenizer

    nlp = spacy.blank("xx")
    nlp.tokenizer = FoldingTokenizer(nlp.vocab)
    for name in COMPONENTS:
        nlp.add_pipe(name)
    nlp("1 € from Iraq to Germany")  # reads lexicons and weights, so that a mistake in them shows now
    # The lexicons stay for the life of the process: without this every full collection walks a million of their objects.
    gc.collect()
    gc.freeze()
    return nlp


def analyse(texts: Sequence[Text]) -> Iterator[Analysis | Failed]:
    """One result per text, in order, as they are ready; a text that cannot be read gives a `Failed`. One thread at a time."""
    nlp, rest = pipeline(), iter(texts)
    while zone := list(islice(rest, _ZONE_TEXTS)):
        with nlp.memory_zone():
            results = list(_analyse_zone(nlp, zone))
        yield from results


def _analyse_zone(nlp: Pipeline, texts: list[Text]) -> Iterator[Analysis | Failed]:
    """spaCy leaves out the docs that failed; the gaps tell which."""
    failures: dict[int, Failed] = {}
    nlp.set_error_handler(_note_in(failures))  # type: ignore[arg-type]  # the stub says: must raise
    waiting = deque(texts)
    for doc, text in nlp.pipe(_docs(nlp, texts, failures), as_tuples=True):
        while waiting[0] is not text:
            yield _failed(waiting.popleft(), failures)
        yield _analysis(waiting.popleft(), doc)
    yield from (_failed(text, failures) for text in waiting)


def _note_in(failures: dict[int, Failed]) -> Callable[[str, object, list[Doc], Exception], None]:
    def note(name: str, _component: object, docs: list[Doc], error: Exception) -> None:
        if isinstance(error, Halt):  # a broken lexicon is nobody's post: stop and say so
            raise error
        for doc in docs:
            text = doc._context  # noqa: SLF001 - where spaCy keeps what as_tuples gave
            failures[id(text)] = Failed(id=text.id, reason="analysis-failed", detail=f"{name}: {error!r}")

    return note


def _docs(nlp: Pipeline, texts: Iterable[Text], failures: dict[int, Failed]) -> Iterator[tuple[Doc, Text]]:
    from nlp.components.tokenizer import FoldingTokenizer

    tokenizer = FoldingTokenizer(nlp.vocab)
    for text in texts:
        if len(text.text) > MAX_CHARACTERS:
            detail = (
                f"{len(text.text)} characters; {MAX_CHARACTERS} are read at most: split it or lower its source's limit"
            )
            failures[id(text)] = Failed(id=text.id, reason="text-too-long", detail=detail)
            continue
        yield tokenizer.read(Reading(_without_surrogates(text.text), text.language_hint)), text


def _without_surrogates(text: str) -> str:
    """Lone surrogates as U+FFFD, one for one, so that offsets hold: neither spaCy nor UTF-8 has a place for them."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return "".join("\ufffd" if "\ud800" <= char <= "\udfff" else char for char in text)
    return text


def _failed(text: Text, failures: dict[int, Failed]) -> Failed:
    return failures.get(id(text)) or Failed(id=text.id, reason="analysis-failed", detail="a component gave no result")


def _analysis(text: Text, doc: Doc) -> Analysis:
    from nlp.components.board import reading_of

    reading = reading_of(doc)
    assert reading.language is not None
    return Analysis(
        id=text.id,
        text=reading.text,
        language=reading.language,
        folded=reading.folded,
        hits=reading.hits or (),
        places=reading.places or (),
        routes=reading.routes or (),
        route_chance=reading.route_chance,
        corridors=reading.corridors or (),
        prices=reading.prices or (),
        actors=reading.actors or (),
    )
