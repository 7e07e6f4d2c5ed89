"""From Draft to Post: names and contacts go before anything is stored or printed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from falselight.errors import Quarantine
from falselight.ids import KeyedHasher, post_id
from falselight.post import Author, Contact, Draft, Media, Post
from falselight.text import clean_text
from falselight.window import utc
from nlp.masking import Masker

MAX_TEXT_CHARS = 200_000  # longest article met in the fixtures has 20,000; ten times that is no article
EARLIEST = datetime(1995, 1, 1, tzinfo=UTC)  # before the first news feeds: a zeroed or broken clock
MAX_AHEAD = timedelta(hours=26)  # the farthest zones are 26 h apart: later than that is a wrong date, not a wrong zone


def protect(
    draft: Draft, *, source: str, raw: str, collected_at: datetime, masker: Masker, hasher: KeyedHasher
) -> Post:
    """The post that may be stored. Raises Quarantine for text or dates that cannot be used.

    `raw`: evidence id; `collected_at`: when the raw item was fetched.
    """
    _check(draft, collected_at)
    text = masker.mask(clean_text(draft.text), names=draft.private_names)
    title = masker.mask(clean_text(draft.title or ""), names=draft.private_names)
    links = [masker.link(link) for link in dict.fromkeys(draft.links)]
    media = [_media(item, masker, draft) for item in draft.media]
    found = {*text.contacts, *title.contacts, *(pair for _, pairs in [*links, *media] for pair in pairs)}
    return Post(
        id=post_id(draft.platform, draft.native_id),
        source=source,
        platform=draft.platform,
        channel=draft.channel,
        url=raw if draft.author_kind == "person" else masker.link(draft.url)[0],
        text=text.text,
        title=title.text or None,
        published_at=utc(draft.published_at),
        edited_at=utc(draft.edited_at) if draft.edited_at else None,
        collected_at=collected_at,
        author=_author(draft, hasher),
        raw=raw,
        language_hint=draft.language_hint,
        contacts=_contacts(found, hasher),
        links=tuple(sorted({link for link, _ in links if link})),
        media=tuple(item for item, _ in media),
        reposted_from=post_id(draft.platform, draft.reposted_from) if draft.reposted_from else None,
        reply_to=post_id(draft.platform, draft.reply_to) if draft.reply_to else None,
        engagement=draft.engagement,
    )


def _check(draft: Draft, collected_at: datetime) -> None:
    if not (draft.text.strip() or (draft.title or "").strip()):
        raise Quarantine("no-text", "the item has neither text nor title; nothing to do unless the source changed")
    if len(draft.text) > MAX_TEXT_CHARS:
        detail = (
            f"{len(draft.text):,} characters, at most {MAX_TEXT_CHARS:,}; look at the evidence, replay if it is real"
        )
        raise Quarantine("text-too-long", detail)
    if draft.published_at.tzinfo is None:
        raise Quarantine("date-without-zone", f"{draft.published_at}: the connector must say which zone applies")
    if draft.published_at < EARLIEST or draft.published_at > collected_at + MAX_AHEAD:
        detail = f"published {draft.published_at.isoformat()}, fetched {collected_at.isoformat()}; a wrong clock at the source"
        raise Quarantine("date-implausible", detail)


def _author(draft: Draft, hasher: KeyedHasher) -> Author:
    if draft.author_kind == "person":
        return Author(kind="person", key=hasher.person(draft.platform, draft.author_id))
    return Author(kind=draft.author_kind, key=draft.author_id, name=draft.author_name)


def _media(item: Media, masker: Masker, draft: Draft) -> tuple[Media, tuple[tuple[str, str], ...]]:
    name = masker.mask(clean_text(item.name or ""), names=draft.private_names)
    url, contacts = masker.link(item.url) if item.url else (None, ())
    return replace(item, name=name.text or None, url=url or None), (*name.contacts, *contacts)


def _contacts(found: Iterable[tuple[str, str]], hasher: KeyedHasher) -> tuple[Contact, ...]:
    return tuple(sorted({Contact(kind=kind, key=hasher.contact(kind, value)) for kind, value in found}))  # type: ignore[arg-type]
