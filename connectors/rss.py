"""RSS, RDF and Atom feeds, with the text of the articles that they link to (see rss.yml).

With `article_text` a page holds the feed, then a `take` record, then article pages. The record names the entries that
the page is about, because entries whose article was stored earlier must not come again with the feed's shorter text
as if they had been edited. It is part of the page, hence of the evidence, and `parse` stays a pure function of it.

The cursor keeps one line per entry (`Known`). Pages of one run share the feed document; validators (ETag, date,
digest) enter the cursor with the last page and only when nothing was left to do, so a run that was cut short, an article
that failed or a truncated feed is fetched again in full.
"""

from __future__ import annotations

import hashlib
import json
import logging
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from connectors.articles import PREFIX, ArticleFetcher, article_date, article_text
from connectors.cards import card
from connectors.catalogue import Source
from connectors.contract import Cursor, Page
from connectors.feed_entries import entry_draft, entry_link, fingerprint, native_id
from connectors.feeds import Entry, Feed, read_feed
from connectors.http import HttpClient, Response
from falselight.post import Draft, RawItem, Refused

log = logging.getLogger(__name__)
ACCEPT = (
    "application/atom+xml, application/rss+xml, application/rdf+xml, application/xml;q=0.9, text/xml;q=0.9, */*;q=0.5"
)
TAKE = "falselight:take"  # native id of the record that names the entries of a page
PAGE_SECONDS = 60.0  # a page is stored after that, so that the source's lease is renewed in time
GIVEN_UP = -1


@dataclass(frozen=True, slots=True)
class Known:
    """What is stored of an entry: its fingerprint, whether its text is an article's, failed tries of this version."""

    fingerprint: str
    article: bool
    tries: int

    def settled(self, fingerprint: str) -> bool:
        """Whether nothing is left to fetch for this version."""
        return self.fingerprint == fingerprint and (self.tries == GIVEN_UP or (self.article and self.tries == 0))


@dataclass(slots=True)
class _Item:
    key: str
    native_id: str
    fingerprint: str
    link: str | None


class RssConnector:
    """Platform `rss`."""

    platform = "rss"

    def fetch(self, source: Source, cursor: Cursor, http: HttpClient) -> Iterator[Page]:
        """At most a few pages of one feed document; none when it did not change."""
        if cursor.get("address") != source.address:
            cursor = {"address": source.address, "entries": cursor.get("entries", {})}  # validators were another's
        response = http.get(
            source.address, etag=cursor.get("etag"), last_modified=cursor.get("last_modified"), accept=ACCEPT
        )
        if response.not_modified or _digest(response) == cursor.get("digest"):
            return
        raw = response.raw(source=source.id, native_id=source.address)
        feed = read_feed(raw, source.languages)
        cursor = _without_validators(cursor) | _moved(source, response, cursor)
        if source.article_text and feed.entries:
            yield from _pages_with_articles(source, cursor, http, response, raw, feed)
        else:
            yield Page(raws=(raw,), cursor=cursor | (_validators(response) if feed.whole else {}))

    def parse(self, raws: Sequence[RawItem], source: Source) -> Iterator[Draft | Refused]:
        """Drafts of the entries that the page is about; reasons: see rss.yml and connectors/feeds.py."""
        feed = read_feed(raws[0], source.languages)
        yield from feed.refused
        take = _taken(raws)
        articles = {(raw.native_id, raw.url): raw for raw in raws[1:] if raw.native_id.startswith(PREFIX)}
        for number, entry in enumerate(feed.entries, start=1):
            name = native_id(entry, raws[0], source)
            if name is None:
                yield _no_id(number, raws[0])
            elif take is None or name in take:
                yield _draft(entry, name, raws[0], source, articles, feed.language)


def _draft(
    entry: Entry, name: str, raw: RawItem, source: Source, articles: dict[tuple[str, str], RawItem], language: str
) -> Draft | Refused:
    page = articles.get((PREFIX + name, entry_link(entry, raw.url) or ""))
    try:
        text = article_text(page, source.languages) if page else None
        date = article_date(page, source.languages) if page else None
        return entry_draft(
            entry, native_id=name, raw=raw, source=source, article=text, language=language, page_date=date
        )
    except Exception as error:  # one bad item never costs its neighbours
        log.exception("entry %s of %s failed", name, source.id)
        detail = f"{type(error).__name__}: {error}; report it, then replay"
        return Refused(native_id=name, reason="parser-bug", detail=detail, where=raw.url)


def _no_id(number: int, raw: RawItem) -> Refused:
    detail = "no guid, no link and no title, so an edit could not be told from a new item; tell the outlet"
    return Refused(native_id=f"{raw.native_id}#{number}", reason="no-id", detail=detail, where=f"item {number}")


def _pages_with_articles(
    source: Source, cursor: Cursor, http: HttpClient, response: Response, raw: RawItem, feed: Feed
) -> Iterator[Page]:
    known = {key: Known(*values) for key, values in cursor.get("entries", {}).items()}
    items = list(_items(feed, raw, source))
    open_items = [item for item in items if not (item.key in known and known[item.key].settled(item.fingerprint))]
    fetcher = ArticleFetcher(http, source.id)
    budget = int(card("rss").settings["articles_per_run"])
    while True:
        done = _Batch(fetcher, known, raw).fill(open_items, budget)
        budget -= len(done.articles)
        open_items = open_items[done.count :]
        last = not open_items or budget <= 0
        after = cursor | {"entries": _packed(known, items)}
        if last and not open_items and feed.whole and not _retried(known, items):
            after |= _validators(response)
        yield Page(raws=(raw, _take_record(raw, done.taken), *done.articles), cursor=after)
        if last:
            return


class _Batch:
    """The entries of one page: fetches their articles and notes in `known` what became of each."""

    def __init__(self, fetcher: ArticleFetcher, known: dict[str, Known], raw: RawItem) -> None:
        self.articles: list[RawItem] = []
        self.taken: list[str] = []
        self.count = 0
        self._fetcher, self._known, self._raw = fetcher, known, raw

    def fill(self, items: Sequence[_Item], budget: int) -> _Batch:
        """Take items until the page is full, late, or over the run's budget of articles."""
        end = time.monotonic() + PAGE_SECONDS
        size = min(int(card("rss").settings["articles_per_page"]), budget)
        for item in items:
            if len(self.articles) >= size or time.monotonic() > end:
                break
            self.count += 1
            self._take(item)
        return self

    def _take(self, item: _Item) -> None:
        before = self._known.get(item.key)
        page = self._fetcher.fetch(item.link, item.native_id) if item.link else False
        after = _after(before, item.fingerprint, page)
        self._known[item.key] = after
        if isinstance(page, RawItem):
            self.articles.append(page)
        # While a changed article cannot be had, its stored text is better than the feed's: not taken.
        if isinstance(page, RawItem) or not after.article:
            self.taken.append(item.native_id)


def _after(before: Known | None, fingerprint: str, page: RawItem | bool | None) -> Known:
    if isinstance(page, RawItem):
        return Known(fingerprint, article=True, tries=0)
    same = before if before and before.fingerprint == fingerprint else None
    tries = (same.tries if same else 0) + 1
    if page is False or tries >= int(card("rss").settings["article_attempts"]):
        return Known(fingerprint, article=False, tries=GIVEN_UP)
    return Known(fingerprint, article=bool(before and before.article), tries=tries)


def _items(feed: Feed, raw: RawItem, source: Source) -> Iterator[_Item]:
    seen: set[tuple[str, str]] = set()
    for entry in feed.entries:
        name = native_id(entry, raw, source)
        link = entry_link(entry, raw.url)
        key = hashlib.sha256((name or "").encode("utf-8", "replace")).hexdigest()[:16]
        if name is not None and (key, link or "") not in seen:
            seen.add((key, link or ""))
            yield _Item(key, name, fingerprint(entry), link)


def _retried(known: dict[str, Known], items: Sequence[_Item]) -> bool:
    return any(known[item.key].tries > 0 for item in items if item.key in known)


def _packed(known: dict[str, Known], items: Sequence[_Item]) -> dict[str, list[object]]:
    """The entries that the feed shows now, and the newest of the others up to the card's bound."""
    current = {item.key for item in items}
    room = max(int(card("rss").settings["known_entries"]) - len(current), 0)
    others = [key for key in known if key not in current]
    kept = [*others[max(len(others) - room, 0) :], *(key for key in known if key in current)]
    return {key: [known[key].fingerprint, known[key].article, known[key].tries] for key in kept}


def _take_record(raw: RawItem, names: Sequence[str]) -> RawItem:
    return RawItem(
        source=raw.source,
        native_id=TAKE,
        url=f"urn:{TAKE}",
        payload=json.dumps(list(names)).encode(),
        content_type="application/json",
        fetched_at=raw.fetched_at,
    )


def _taken(raws: Sequence[RawItem]) -> frozenset[str] | None:
    """Names of the entries that a page is about; None means all of them."""
    record = next((raw for raw in raws[1:] if raw.native_id == TAKE), None)
    return frozenset(json.loads(record.payload)) if record else None


def _digest(response: Response) -> str:
    return hashlib.sha256(response.payload).hexdigest()


def _validators(response: Response) -> Cursor:
    sent = {"etag": response.headers.get("etag"), "last_modified": response.headers.get("last-modified")}
    return {name: value for name, value in sent.items() if value} | {"digest": _digest(response)}


def _without_validators(cursor: Cursor) -> Cursor:
    return {name: value for name, value in cursor.items() if name not in ("etag", "last_modified", "digest")}


def _moved(source: Source, response: Response, cursor: Cursor) -> Cursor:
    target = response.moved_permanently_to
    if target and target != cursor.get("moved_to"):
        log.warning("%s moved for good to %s; correct its address in the catalogue", source.id, target)
    return {"moved_to": target} if target else {}


CONNECTOR = RssConnector()
