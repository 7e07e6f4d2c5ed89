"""suggest: posts of the index → phrases that grow beside known lures, for a person to accept. Writes nothing."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from falselight.index import Document, Query
from falselight.post import AuthorKind
from falselight.stages.collect import public_names
from falselight.stages.house import House
from falselight.window import Window
from nlp.lexicon.suggest import Seen, Suggestion, suggest
from nlp.masking import Masker

_PAGE_POSTS = 500
# How the lexicons call the way in which each kind of author writes.
_REGISTERS: dict[AuthorKind, str] = {
    "channel": "channel-advert",
    "outlet": "press",
    "official": "official",
    "person": "post",
}


def suggest_phrases(house: House, *, days: int, language: str | None = None, top: int = 10) -> list[Suggestion]:
    """Phrases of the last `days` days, held against the other posts and against as many days before them.

    `language`: ISO code as in the tags; None means every language. `top`: most per lure and language.
    """
    recent = Window.before(house.settings.now(), timedelta(days=days))
    return suggest(_seen(house, (recent, recent.previous()), language), top=top)


def _seen(house: House, windows: tuple[Window, Window], language: str | None) -> Iterator[Seen]:
    recent, _ = windows
    masker = Masker(public=public_names(house))  # today's rules on older posts too: no name may become a proposal
    for window in windows:
        for document in _documents(house, window, language):
            yield Seen(
                group=document.group or document.post.id,
                source=document.post.source,
                language=(*document.values("language"), "und")[0],
                register=_REGISTERS[document.post.author.kind],
                text=masker.mask(document.post.full_text).text,
                lures=frozenset(document.values("lure")),
                recent=window == recent,
            )


def _documents(house: House, window: Window, language: str | None) -> Iterator[Document]:
    """All posts of the window, page by page."""
    query = Query(filters={"language": [language]} if language else {}, window=window)
    after: str | None = None
    while True:
        page = house.index.search(query, size=_PAGE_POSTS, after=after)
        yield from (hit.document for hit in page.hits)
        if (after := page.after) is None:
            return
