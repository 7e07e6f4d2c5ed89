"""One feed entry to one draft. Pure: nothing here asks the network or a clock."""

from __future__ import annotations

import calendar
import hashlib
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from connectors.catalogue import Source
from connectors.dates import read_date
from connectors.feeds import Entry
from connectors.links import host_of, link_identity, without_tracking
from connectors.markup import fragment, html_to_text, hyperlinks, one_line, readable, web_link
from falselight.post import Draft, Media, MediaKind, RawItem, Refused

# Ids that are one of the whole world; any other guid is only one of its outlet.
_UNIQUE = re.compile(r"^(?:https?://|tag:|urn:)|[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}", re.IGNORECASE)
_KINDS: dict[str, MediaKind] = {"image": "photo", "video": "video", "audio": "audio", "application": "document"}
_NAME_SEPARATOR = re.compile(r"\s*(?:[,;/&|]|\band\b|\bund\b|\bet\b|\bi\b|\bи\b|\bта\b|\bve\b|\bوَ?\b)\s*")
_BY = re.compile(r"^(?:by|von|par|por|di|da|od|автор:?|autor:?|yazan:?)\s+", re.IGNORECASE)
MAX_NATIVE_ID_CHARS = 2_000


def entry_link(entry: Entry, base: str) -> str | None:
    """Where a reader finds the entry, without tracking parameters; None where it has no web address."""
    target = web_link(str(entry.get("link") or ""), base)
    return without_tracking(target) if target else None


def native_id(entry: Entry, raw: RawItem, source: Source) -> str | None:
    """The outlet's own stable id, as the card says; None when nothing about the entry is stable."""
    link = entry_link(entry, raw.url)
    guid = readable(str(entry.get("id") or "").strip())[:MAX_NATIVE_ID_CHARS]
    if guid and _UNIQUE.search(guid):
        return without_tracking(guid) if guid.startswith("http") else guid
    if guid:
        return f"{host_of(link or '') or host_of(raw.url)}:{guid}"
    if link:
        return link_identity(link)
    title = one_line(str(entry.get("title") or ""))
    if not title:
        return None
    date = str(entry.get("published") or entry.get("created") or "")
    return f"{source.id}:" + hashlib.sha256(f"{title}\n{date}".encode()).hexdigest()[:32]


def fingerprint(entry: Entry) -> str:
    """Changes when the outlet changed what a reader of the feed sees; 16 hex digits."""
    parts = [str(entry.get(name) or "") for name in ("title", "link", "published")]
    parts += [str(dict.get(entry, "updated") or ""), html_to_text(str(entry.get("summary") or ""))]
    return hashlib.sha256("\x00".join(parts).encode("utf-8", "replace")).hexdigest()[:16]


def entry_draft(
    entry: Entry,
    *,
    native_id: str,
    raw: RawItem,
    source: Source,
    article: str | None,
    language: str = "",
    page_date: datetime | None = None,
) -> Draft | Refused:
    """The entry as a draft. `article`: text of its page, used unless the feed gives more; `language`: of the feed.

    `page_date`: what the page says, for an entry that the feed gives no date.
    """
    dates = _dates(entry, raw, page_date)
    if isinstance(dates, str):
        return Refused(native_id=native_id, reason="bad-date", detail=dates, where=raw.url)
    feed_html = _feed_html(entry)
    feed_text = html_to_text(feed_html)
    title = one_line(str(entry.get("title") or ""))
    text = _without_title(article, title) if article and len(article) >= len(feed_text) else feed_text
    if not text and not title:
        detail = "neither title nor text; look at the evidence, nothing to do unless the outlet repairs it"
        return Refused(native_id=native_id, reason="no-text", detail=detail, where=raw.url)
    link = entry_link(entry, raw.url)
    return Draft(
        platform="rss",
        native_id=native_id,
        channel=host_of(source.address) or source.id,
        url=link or raw.url,
        title=title or None,
        text=text,
        published_at=dates[0],
        edited_at=dates[1],
        author_kind=source.kind,
        author_id=source.id,
        author_name=source.name,
        private_names=_names(entry, source),
        language_hint=_language(entry, source, language),
        links=_links(feed_html, link, raw.url),
        media=tuple(_media(entry, raw.url)),
    )


def _without_title(text: str, title: str) -> str:
    # Pages repeat the headline above the text; a post's full text would have it twice.
    first, _, rest = text.partition("\n")
    return rest.lstrip() if " ".join(first.split()).casefold() == title.casefold() and rest else text


def _dates(entry: Entry, raw: RawItem, page_date: datetime | None = None) -> tuple[datetime, datetime | None] | str:
    """When published and when last changed; a sentence when a date is there but cannot be read."""
    published = _date(entry, "published") or _date(entry, "created")
    updated = _date(entry, "updated")
    first = published or updated or page_date or raw.fetched_at  # an item without date is as old as its first sight
    for date in (first, updated):
        if isinstance(date, str):
            return f"the date {date[:80]!r} cannot be read; if it is a usual form, extend the parser and replay"
    assert not isinstance(first, str)
    assert not isinstance(updated, str)
    return first, updated if updated and updated > first else None


def _date(entry: Entry, name: str) -> datetime | str | None:
    """The date of a field (feedparser reads dates without zone as UTC); the text itself when it cannot be read."""
    # dict.get: feedparser's own `get` answers `updated` with `published`.
    text, parsed = str(dict.get(entry, name) or "").strip(), dict.get(entry, f"{name}_parsed")
    try:
        if parsed is not None:
            return datetime.fromtimestamp(calendar.timegm(parsed), UTC)
    except (ValueError, OverflowError, OSError):
        return text
    return read_date(text) or text if text else None


def _feed_html(entry: Entry) -> str:
    """The fullest text that the feed itself gives: content, else summary."""
    contents = [str(part.get("value") or "") for part in entry.get("content") or []]
    return max([*contents, str(entry.get("summary") or "")], key=len)


def _links(feed_html: str, link: str | None, base: str) -> tuple[str, ...]:
    found = list(hyperlinks(fragment(feed_html), link or base)) if "<a" in feed_html.lower() else []
    return tuple(dict.fromkeys(without_tracking(each) for each in ([link] if link else []) + found))


def _media(entry: Entry, base: str) -> Iterator[Media]:
    seen: set[str] = set()
    for item in _media_fields(entry):
        url = web_link(str(item.get("url") or item.get("href") or ""), base)
        if url and url not in seen:
            seen.add(url)
            yield Media(kind=_media_kind(item), url=url)


def _media_fields(entry: Entry) -> list[dict[str, Any]]:
    enclosures = [link for link in entry.get("links") or [] if link.get("rel") == "enclosure"]
    thumbnails = [{**item, "medium": "image"} for item in entry.get("media_thumbnail") or []]
    return [*(entry.get("media_content") or []), *thumbnails, *enclosures]


def _media_kind(item: dict[str, Any]) -> MediaKind:
    kind = str(item.get("medium") or item.get("type") or "").split("/")[0].lower()
    return _KINDS.get(kind, "other")


def _names(entry: Entry, source: Source) -> tuple[str, ...]:
    """Names of journalists: two words at least, so that no desk ("editors") or agency masks ordinary words."""
    authors = [str(author.get("name") or "") for author in entry.get("authors") or []] or [
        str(entry.get("author") or "")
    ]
    names = [name for author in authors for name in _NAME_SEPARATOR.split(_BY.sub("", one_line(author)))]
    outlet = source.name.lower()
    return tuple(dict.fromkeys(n for n in names if " " in n and len(n) <= 60 and n.lower() not in outlet))


def _language(entry: Entry, source: Source, of_feed: str) -> str:
    detail = entry.get("title_detail") or {}
    declared = str(detail.get("language") or of_feed).lower().split("-")[0]
    return declared if declared in source.languages else source.languages[0]
