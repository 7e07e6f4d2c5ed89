"""A post as a mail quotes it: short, masked already when it was stored, and with nothing to click on but our page."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from falselight.alerts.clean import QUOTE_CHARS, Direction, defang, direction, one_line, quotable, shorten
from falselight.alerts.links import post_link
from falselight.alerts.words import language_name, moment, value_name
from falselight.index import Document, Index
from falselight.post import Post

TITLE_CHARS = 120
WHO_CHARS = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Quote:
    """One quoted post. `lang`: language code; `lines`: its text; `copies`: posts like it, itself too."""

    title: str
    lines: tuple[str, ...]
    lang: str
    language: str
    direction: Direction
    who: str
    when: str
    labels: tuple[str, ...]
    copies: int
    link: str


def quotes_of(index: Index, ids: Iterable[str], copies: Mapping[str, int], page_url: str) -> list[Quote]:
    """Quotations of posts by id, in order; posts that were erased meanwhile are left out."""
    documents = (index.get(post_id) for post_id in ids)
    return [quote(document, page_url, copies.get(document.post.id, 1)) for document in documents if document]


def quote(document: Document, page_url: str, copies: int = 1) -> Quote:
    """The quotation of a post, QUOTE_CHARS long at most with its title."""
    post = document.post
    title = shorten(defang(one_line(post.title or "")), TITLE_CHARS)
    text = post.text.removeprefix(post.title or "") if post.title else post.text
    code = next(iter(document.values("language")), post.language_hint or "und")
    return Quote(
        title=title,
        lines=quotable(text, QUOTE_CHARS - len(title)),
        lang=one_line(code),
        language=language_name(code),
        direction=direction(f"{title} {text[:QUOTE_CHARS]}"),
        who=_who(post),
        when=moment(post.published_at, year=False),
        labels=tuple(value_name(kind, value) for kind in ("lure", "narrative") for value in document.values(kind)),
        copies=copies,
        link=post_link(page_url, post.id),
    )


def _who(post: Post) -> str:
    # A channel of persons may have fewer than five of them (DESIGN §7): only the platform is named.
    if post.author.kind == "person":
        return f"private person on {_platform(post)}"
    name = shorten(defang(one_line(post.author.name or post.channel)), WHO_CHARS)
    return f"{name} on {_platform(post)}" if post.platform != "rss" else name


def _platform(post: Post) -> str:
    return one_line(post.platform).capitalize()
