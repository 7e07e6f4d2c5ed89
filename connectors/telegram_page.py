"""One page of t.me/s to drafts. Selectors as the page carried them in 2023 to 2026; pure."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from typing import cast

from lxml import etree
from lxml import html as lxml_html
from lxml.html import HtmlElement as Element

from connectors.catalogue import Source
from connectors.dates import read_date
from connectors.markup import element_text, hyperlinks, readable
from connectors.telegram_media import media_of
from falselight.post import Draft, Engagement, RawItem, Refused

log = logging.getLogger(__name__)
_BY_CLASS = etree.XPath(".//*[contains(concat(' ', normalize-space(@class), ' '), concat(' ', $name, ' '))]")
_MESSAGE = re.compile(r"^https?://(?:www\.)?(?:t\.me|telegram\.me|[^/]+)/(?:s/)?([A-Za-z]\w{2,63})/(\d+)(?:[/?#]|$)")
_COUNT = re.compile(r"([\d.,]+)\s*([KM]?)", re.IGNORECASE)
_SCALE = {"": 1, "K": 1_000, "M": 1_000_000}


def read_page(payload: bytes) -> Element:
    """The page's tree; never raises."""
    text = readable(payload.decode("utf-8", "replace")) or " "
    parser = lxml_html.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True, huge_tree=True)
    return lxml_html.document_fromstring(b"<html><body>" + text.encode() + b"</body></html>", parser=parser)


def messages(page: Element) -> list[Element]:
    """All messages of a page, oldest first, service notices among them."""
    return [element for element in by_class(page, "tgme_widget_message") if _number(element) is not None]


def message_ids(page: Element) -> list[int]:
    """Ids of all messages of a page."""
    return [number for element in messages(page) if (number := _number(element)) is not None]


def newest_date(page: Element) -> str:
    """When the last message of a page was published, ISO 8601 UTC; "" where it does not say."""
    found = _published(messages(page)[-1])
    return found.isoformat() if isinstance(found, datetime) else ""


def is_channel_page(page: Element) -> bool:
    """Whether this is a channel's page at all, if perhaps an empty one."""
    return bool(by_class(page, "tgme_channel_history") or by_class(page, "tme_no_messages_found") or messages(page))


def by_class(element: Element, name: str) -> list[Element]:
    """Descendants of a class, in document order."""
    return cast(list[Element], _BY_CLASS(element, name=name))


def drafts(page: Element, raw: RawItem, source: Source, handle: str) -> Iterator[Draft | Refused]:
    """Every message as draft or refused. Service notices ("channel photo updated") are the platform's own lines about
    the channel, not messages, and are passed over: as posts they would only be noise, as refused ones a false alarm.
    """
    for message in messages(page):
        if "service_message" in (message.get("class") or "").split():
            log.debug("%s: service notice passed over", message.get("data-post"))
            continue
        native_id = str(message.get("data-post")).lower()
        try:
            yield _draft(message, native_id, raw, source, handle)
        except Exception as error:  # one bad message never costs its neighbours
            log.exception("message %s failed", native_id)
            detail = f"{type(error).__name__}: {error}; report it, then replay"
            yield Refused(native_id=native_id, reason="parser-bug", detail=detail, where=raw.url)


def _draft(message: Element, native_id: str, raw: RawItem, source: Source, handle: str) -> Draft | Refused:
    published = _published(message)
    if isinstance(published, str):
        detail = (
            f"the date {published[:60]!r} cannot be read; if t.me changed its markup, adapt telegram_page, then replay"
        )
        return Refused(native_id=native_id, reason="bad-date", detail=detail, where=raw.url)
    reply_to = _take_reply(message)
    reposted_from, names = _forwarded(message)
    texts = _texts(message)
    return Draft(
        platform="telegram",
        native_id=native_id,
        channel=handle,
        url=_link(message) or raw.url,
        text="\n\n".join(part for part in map(element_text, texts) if part),
        published_at=published,
        edited_at=published if _is_edited(message) else None,  # the page does not say when; never earlier than this
        author_kind=source.kind,
        author_id=handle,
        author_name=source.name,
        language_hint=source.languages[0],
        links=tuple(dict.fromkeys(_links(message, texts, raw.url))),
        media=tuple(media_of(message, by_class)),
        reposted_from=reposted_from,
        reply_to=reply_to,
        engagement=Engagement(views=_views(message)),
        private_names=tuple(dict.fromkeys([*names, *_signatures(message)])),
    )


def _number(message: Element) -> int | None:
    match = re.fullmatch(r"[^/\s]+/(\d{1,12})", message.get("data-post") or "")
    return int(match.group(1)) if match else None


def _first(element: Element, name: str) -> Element | None:
    return next(iter(by_class(element, name)), None)


def _published(message: Element) -> datetime | str:
    # Only the footer's time is the message's; others are lengths of videos.
    links = by_class(message, "tgme_widget_message_date") or by_class(message, "tgme_widget_message_info")
    times = [time.get("datetime") or "" for link in links for time in link.iter("time")]
    return read_date(times[-1]) or times[-1] if times else ""


def _link(message: Element) -> str | None:
    date = _first(message, "tgme_widget_message_date")
    href = (date.get("href") or "").split("?")[0] if date is not None else ""
    return href if href.startswith(("http://", "https://")) else None


def _take_reply(message: Element) -> str | None:
    """The id of the message replied to; its quoted text is taken out, because others wrote it."""
    found = None
    for reply in by_class(message, "tgme_widget_message_reply"):
        found = found or _message_id(reply.get("href"))
        reply.drop_tree()
    return found


def _message_id(href: str | None) -> str | None:
    match = _MESSAGE.match(href or "")
    return f"{match.group(1)}/{match.group(2)}".lower() if match else None


def _forwarded(message: Element) -> tuple[str | None, list[str]]:
    """Origin of a forwarded message, and names of private persons in its head."""
    origin = None
    names = [element_text(author) for author in by_class(message, "tgme_widget_message_forwarded_from_author")]
    for sender in by_class(message, "tgme_widget_message_forwarded_from_name"):
        origin = _message_id(sender.get("href"))
        if origin is None:  # only messages of public channels are linked with their number
            names.append(element_text(sender))
    return origin, [name for name in names if name]


def _signatures(message: Element) -> list[str]:
    owner = _first(message, "tgme_widget_message_owner_name")
    public = element_text(owner) if owner is not None else ""
    classes = ("tgme_widget_message_from_author", "tgme_widget_message_contact_name")
    names = [element_text(element) for name in classes for element in by_class(message, name)]
    return [name for name in names if name and name != public]


def _texts(message: Element) -> list[Element]:
    """Elements whose text is the message: text, poll, contact card, place."""
    found = [
        element
        for element in by_class(message, "tgme_widget_message_text")
        if "tgme_widget_message_text" not in (element.getparent().get("class") or "").split()
    ]
    for name in (
        "poll_question",
        "poll_option_text",
        "contact_name",
        "contact_phone",
        "location_title",
        "location_address",
    ):
        found += by_class(message, f"tgme_widget_message_{name}")
    return found


def _links(message: Element, texts: list[Element], base: str) -> Iterator[str]:
    for element in texts:
        yield from hyperlinks(element, base)
    for name in ("tgme_widget_message_link_preview", "tgme_widget_message_location_wrap"):
        for element in by_class(message, name):
            if (href := element.get("href") or "").startswith(("http://", "https://")):
                yield href


def _is_edited(message: Element) -> bool:
    meta = _first(message, "tgme_widget_message_meta")
    if meta is None:
        return False
    own = [meta.text or "", *(child.tail or "" for child in meta)]  # without the signature, which anybody may choose
    return any(re.search(r"\bedited\b", part) for part in own)


def _views(message: Element) -> int | None:
    shown = _first(message, "tgme_widget_message_views")
    return read_count(element_text(shown)) if shown is not None else None


def read_count(text: str) -> int | None:
    """A count as Telegram abbreviates it: "12.3K" is 12,300; None when it cannot be read."""
    match = _COUNT.fullmatch(text.strip())
    if match is None:
        return None
    number = match.group(1).replace(",", "")
    return int(Decimal(number) * _SCALE[match.group(2).upper()]) if re.fullmatch(r"\d+(\.\d+)?", number) else None
