"""Pictures, films and files beside a Telegram message."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from lxml.html import HtmlElement

from connectors.markup import element_text
from falselight.post import Media, MediaKind

_BACKGROUND = re.compile(r"background-image:\s*url\(\s*['\"]?(https?://[^'\")]+)")
_PREFIX = "tgme_widget_message_"
# Class of the wrapper → kind. An album is one message with several of them.
_KINDS: dict[str, MediaKind] = {
    "photo_wrap": "photo",
    "video_player": "video",
    "roundvideo_player": "video",
    "voice_player": "audio",
    "document_wrap": "document",
    "poll": "poll",
    "sticker": "other",
    "tgsticker": "other",
    "videosticker": "other",
}

ByClass = Callable[[HtmlElement, str], list[HtmlElement]]


def media_of(message: HtmlElement, by_class: ByClass) -> Iterator[Media]:
    """Media of one message by kind; one of kind `other` where the page says only that it cannot show something."""
    found = False
    for name, kind in _KINDS.items():
        for element in by_class(message, _PREFIX + name):
            found = True
            yield _media(element, name, kind, by_class)
    if not found and by_class(message, "message_media_not_supported"):
        yield Media(kind="other")


def _media(element: HtmlElement, name: str, kind: MediaKind, by_class: ByClass) -> Media:
    if kind == "poll":
        return Media(kind=kind)
    if name.endswith("sticker"):
        return Media(kind=kind, url=_web(element.get("data-webp")), name="sticker")
    if name == "document_wrap":
        return _document(element, by_class)
    return Media(kind=kind, url=_player_url(element) or _picture_url(element))


def _document(element: HtmlElement, by_class: ByClass) -> Media:
    titles = by_class(element, _PREFIX + "document_title")
    icons = by_class(element, _PREFIX + "document_icon")
    is_audio = any("audio" in (icon.get("class") or "").split() for icon in icons)
    name = element_text(titles[0]) if titles else None
    return Media(kind="audio" if is_audio else "document", name=name or None)


def _player_url(element: HtmlElement) -> str | None:
    players = [*element.iter("video"), *element.iter("audio")]
    return next((url for player in players if (url := _web(player.get("src")))), None)


def _picture_url(element: HtmlElement) -> str | None:
    matches = (_BACKGROUND.search(part.get("style") or "") for part in element.iter())
    return next((match.group(1) for match in matches if match), None)


def _web(url: str | None) -> str | None:
    return url if url and url.startswith(("http://", "https://")) else None
