"""Article pages: fetched beside a feed, reduced to their text by trafilatura."""

from __future__ import annotations

import html
import logging
import re
from dataclasses import dataclass, field
from datetime import datetime

from connectors.dates import read_date
from connectors.encoding import decode
from connectors.http import HttpClient, NotFound
from connectors.links import host_of
from falselight.errors import Halt, Retry
from falselight.post import RawItem

HEAD_CHARS = 200_000  # the longest head among the fixtures has 60,000
_META = re.compile(r"<meta\b[^>]{1,500}>", re.IGNORECASE)
_CONTENT = re.compile(r"content\s*=\s*[\"']([^\"']{1,60})[\"']", re.IGNORECASE)
log = logging.getLogger(__name__)
ACCEPT = "text/html,application/xhtml+xml;q=0.9"
PREFIX = "article:"  # native id of an article page: this and the native id of its entry
HOST_TRIES = 2  # a host that failed so often in one run is left alone until the next
MAX_TAGS = 100_000  # the longest page of the fixtures has 2,000; far beyond, extraction takes minutes
# trafilatura drops joiners and marks; Persian and Kurdish words, Indic letters and emoji need them. Signs of the
# Phaistos disc, which no newspaper prints, stand for them meanwhile.
_JOINERS = "\u200c\u200d\u200e\u200f"
_SIGNS = "".join(chr(0x101D0 + number) for number in range(len(_JOINERS)))
_REFERENCES = re.compile(r"&(?:zwn?j|[lr]rm|#[xX]0*200[c-fC-F]|#0*820[4-7]);")
_PAGE_TYPES = ("text/html", "application/xhtml+xml", "application/xml", "text/xml", "text/plain")


@dataclass(slots=True)
class ArticleFetcher:
    """Fetches the articles of one run over one feed.

    A failure never harms the feed: `fetch` says whether the page came, may come another time, or never will.
    """

    http: HttpClient
    source: str
    _failures: dict[str, int] = field(default_factory=dict)

    def fetch(self, url: str, native_id: str) -> RawItem | bool | None:
        """The page; None when it may come later; False when asking again is no use."""
        host = host_of(url)
        if self._failures.get(host, 0) >= HOST_TRIES:
            return None
        try:
            response = self.http.get(url, accept=ACCEPT)
        except (NotFound, Halt) as error:
            log.info("%s: keeps its feed text: %s", native_id, error)
            return False
        except Retry as error:
            self._failures[host] = self._failures.get(host, 0) + 1
            log.info("%s: feed text for now: %s", native_id, error)
            return None
        if not response.payload or not _is_page(response.content_type):
            return False
        return response.raw(source=self.source, native_id=PREFIX + native_id, url=url)


def _is_page(content_type: str) -> bool:
    kind = content_type.split(";", maxsplit=1)[0].strip().lower()
    return not kind or kind in _PAGE_TYPES


def article_text(raw: RawItem, languages: tuple[str, ...] = ()) -> str | None:
    """Main text of a page, paragraphs separated by a line break; None where there is none. Never raises.

    Precision first: half an article is better than an article with menus, teasers and readers' comments.
    """
    from trafilatura import extract  # takes a second to import; only sources with article text need it

    page = decode(raw.payload, content_type=raw.content_type, languages=languages)
    if page.count("<") > MAX_TAGS:
        return None
    try:
        text = extract(
            _with_signs(page),
            url=raw.url,
            fast=True,  # as good as with its fall-backs on all pages that we have, four times as fast
            favor_precision=True,
            include_comments=False,
            include_tables=False,
            output_format="txt",
        )
    except Exception:  # third-party code on hostile pages; the feed's text is there all the same
        log.warning("no text taken from %s", raw.native_id, exc_info=True)
        return None
    return _with_joiners(text).strip() or None if text else None


def article_date(raw: RawItem, languages: tuple[str, ...] = ()) -> datetime | None:
    """When the page says that it was published (Open Graph's `article:published_time`); None where it does not."""
    head = decode(raw.payload, content_type=raw.content_type, languages=languages)[:HEAD_CHARS]
    for tag in _META.findall(head):
        if "article:published_time" in tag and (content := _CONTENT.search(tag)):
            return read_date(html.unescape(content[1]))
    return None


def _with_signs(page: str) -> str:
    resolved = _REFERENCES.sub(lambda match: html.unescape(match.group()), page)
    return resolved.translate(str.maketrans(_JOINERS, _SIGNS))


def _with_joiners(text: str) -> str:
    return text.translate(str.maketrans(_SIGNS, _JOINERS))
