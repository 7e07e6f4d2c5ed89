"""Feed documents: from bytes of any encoding and health to entries, or to the reason why there are none.

feedparser gets a document that was cut to its root element and decoded before: no DTD, hence no entities to expand;
no lying encoding; no half item at the end.
"""

from __future__ import annotations

import io
import logging
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any

import feedparser

from connectors.encoding import decode
from falselight.post import RawItem, Refused

log = logging.getLogger(__name__)
Entry = dict[str, Any]  # feedparser's own dictionary, which has no types

_ROOT = re.compile(r"<((?:\w+:)?(?:rss|feed|RDF))(?=[\s>/])[^<>]*>")
_DOCTYPE = re.compile(r"<!DOCTYPE\s[^\[<>]*(?:\[(?P<subset>.*?)\]\s*)?>", re.DOTALL | re.IGNORECASE)
_ENTITY = re.compile(r"""<!ENTITY\s+(?!%)(\S+)\s+(?:(SYSTEM|PUBLIC)\s|(["'])(.*?)\3)""", re.DOTALL)
_ITEM_END = re.compile(r"</((?:\w+:)?(?:item|entry))\s*>")
_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")  # XML 1.0 §2.2
_REFERENCE = re.compile(r"&#(?:[xX]([0-9a-fA-F]{1,8})|([0-9]{1,8}));")
MAX_ITEMS = 2_000  # feedparser takes 2 ms an item; real feeds show 10 to 200, the longest met 500
_REPAIR = "if this lasts, tell the outlet; nothing is lost, the next fetch takes what is whole"


@dataclass(frozen=True, slots=True)
class Feed:
    """What a document holds. `language`: as it says itself, "" where it does not."""

    entries: tuple[Entry, ...] = ()
    refused: tuple[Refused, ...] = ()
    language: str = ""

    @property
    def whole(self) -> bool:
        """Whether the document was read from end to end, so that its ETag may be trusted next time."""
        return not self.refused


def read_feed(raw: RawItem, languages: Sequence[str] = ()) -> Feed:
    """The entries of a feed document; never raises. `languages`: of the source, for documents without encoding."""
    text = decode(raw.payload, content_type=raw.content_type, languages=languages)
    if not text.strip("\ufeff \t\r\n"):
        return _refused(raw, "empty", "the answer has no content; if this lasts, open the address in a browser")
    text = _legal(text)
    if problem := _hostile(text):
        return _refused(
            raw, "entity-expansion", f"{problem}; nothing was expanded. Look at the evidence, stop the source"
        )
    root = _ROOT.search(text, _after_doctype(text))
    if root is None or _is_html_before(text, root.start()):
        return _refused(raw, "not-a-feed", _what_it_is(text, raw))
    body, cut_by = _whole_items(text, root)
    feed = _parse(body, raw)
    if cut_by and feed.whole:
        feed = replace(feed, refused=(_cut(raw, cut_by, len(text), len(feed.entries)),))
    return feed


def _refused(raw: RawItem, reason: str, detail: str) -> Feed:
    return Feed(refused=(Refused(native_id=raw.native_id, reason=reason, detail=detail, where=raw.url),))


def _cut(raw: RawItem, reason: str, length: int, entries: int) -> Refused:
    detail = {
        "truncated": f"the document breaks off at character {length:,}, after {entries} whole items, which were kept",
        "too-many-items": f"only the first {entries:,} items were kept; find a shorter feed of the same outlet",
    }[reason]
    return Refused(native_id=raw.native_id, reason=reason, detail=f"{detail}; {_REPAIR}", where=raw.url)


def _legal(text: str) -> str:
    """The text without characters, and without references to characters, that XML cannot hold."""
    return _REFERENCE.sub(_legal_reference, _ILLEGAL.sub("\ufffd", text))


def _legal_reference(match: re.Match[str]) -> str:
    number = int(match[1], 16) if match[1] else int(match[2])
    legal = number in (9, 10, 13) or 0x20 <= number <= 0xD7FF or 0xE000 <= number <= 0xFFFD
    return match.group() if legal or 0x10000 <= number <= 0x10FFFF else "\ufffd"


def _after_doctype(text: str) -> int:
    doctype = _DOCTYPE.search(text, 0, _first_element(text))
    return doctype.end() if doctype else 0


def _hostile(text: str) -> str | None:
    # Declared entities are not used at all; nested or external ones say that somebody means harm.
    doctype = _DOCTYPE.search(text, 0, _first_element(text))
    for name, external, _, value in _ENTITY.findall(doctype["subset"] or "" if doctype else ""):
        if external:
            return f"the document declares an entity {name[:40]!r} that would read another file"
        if re.search(r"&(?!#|amp;|lt;|gt;|quot;|apos;)\w", value):
            return f"the document declares an entity {name[:40]!r} made of other entities"
    return None


def _first_element(text: str) -> int:
    # A DOCTYPE behind the first element is content. Inside a subset "<!ENTITY" comes first, so this looks beyond it.
    doctype = re.search(r"<!DOCTYPE", text[:100_000], re.IGNORECASE)
    element = re.search(r"<[A-Za-z]", text)
    if doctype and (element is None or doctype.start() < element.start()):
        return len(text)
    return element.start() if element else 0


def _is_html_before(text: str, position: int) -> bool:
    return re.search(r"<(?:!doctype\s+)?html[\s>]", text[: min(position, 20_000)], re.IGNORECASE) is not None


def _what_it_is(text: str, raw: RawItem) -> str:
    start = text.lstrip()[:5_000]
    if re.search(r"<(?:!doctype\s+)?html[\s>]", start, re.IGNORECASE):
        kind = "an HTML page"
    elif start.startswith(("{", "[")):
        kind = "JSON"
    elif element := re.search(r"<([\w:.-]+)", start):
        kind = f"XML with the root <{element.group(1)}>"
    else:
        kind = "no XML"
    sent = raw.content_type or "no content type"
    return f"{kind} in place of a feed (sent as {sent}); open the address in a browser and correct it in the catalogue"


def _whole_items(text: str, root: re.Match[str]) -> tuple[str, str]:
    """The root element with whole items only, and why it was cut ("" where it was not)."""
    name = root.group(1)
    end = text.rfind(f"</{name}")
    if root.group().endswith("/>"):
        return root.group(), ""
    items = list(islice(_ITEM_END.finditer(text, root.end()), MAX_ITEMS + 1))
    if end >= 0 and len(items) <= MAX_ITEMS:
        return f"{text[root.start() : end]}</{name}>", ""
    closing = f"</channel></{name}>" if name == "rss" else f"</{name}>"
    last = items[:MAX_ITEMS][-1].end() if items else root.end()
    return text[root.start() : last] + closing, "too-many-items" if len(items) > MAX_ITEMS else "truncated"


def _parse(body: str, raw: RawItem) -> Feed:
    # Without an address feedparser leaves relative links and short guids as they stand; links are resolved later.
    headers = {"content-type": "application/xml; charset=utf-8"}
    try:
        found = feedparser.parse(
            io.BytesIO(body.encode()), response_headers=headers, sanitize_html=False, resolve_relative_uris=False
        )
        return Feed(entries=tuple(found.entries), language=str(found.feed.get("language") or ""))
    except Exception as error:  # a bug in feedparser on hostile input must cost this document only
        log.warning("feedparser failed on %s", raw.url, exc_info=True)
        detail = f"the feed parser failed ({type(error).__name__}: {error}); report it, then replay"
        return _refused(raw, "unreadable-feed", detail)
