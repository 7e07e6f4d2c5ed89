"""Telegram: public web pages of channels, https://t.me/s/<handle> (see telegram.yml).

Each run reads the newest page (edits show there) and then fills gaps, see connectors/telegram_cursor.py.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from connectors.cards import card
from connectors.catalogue import Source
from connectors.contract import Cursor, Page
from connectors.http import HttpClient
from connectors.telegram_cursor import Progress
from connectors.telegram_page import drafts, is_channel_page, message_ids, newest_date, read_page
from falselight.errors import Halt, Retry
from falselight.post import Draft, RawItem, Refused

BASE = "https://t.me"
ACCEPT = "text/html"
_HANDLE = re.compile(r"[A-Za-z]\w{2,63}")


@dataclass(frozen=True, slots=True)
class Channel:
    """A channel's handle (lower case) and the address of its page."""

    handle: str
    url: str

    @classmethod
    def of(cls, source: Source) -> Channel:
        """From a source's address. Raises Halt when that names no channel."""
        address = source.address.strip()
        whole = address if "://" in address else f"{BASE}/s/{address.removeprefix('@')}"
        parts = urlsplit(whole)
        name = parts.path.removeprefix("/s/").strip("/")
        if not _HANDLE.fullmatch(name):
            raise Halt(f"{source.id}: {address!r} names no public channel; write its handle or .../s/<handle>")
        return cls(name.lower(), f"{parts.scheme}://{parts.netloc}/s/{name}")


class TelegramConnector:
    """Platform `telegram`."""

    platform = "telegram"

    def fetch(self, source: Source, cursor: Cursor, http: HttpClient) -> Iterator[Page]:
        """The newest page, then older ones until no gap is left or the run's share of pages is used up."""
        settings = card("telegram").settings
        channel = Channel.of(source)
        progress = Progress.of(cursor)
        raw = _get(http, source, channel, None)
        page = read_page(raw.payload)
        ids = message_ids(page)
        if not ids:
            if not is_channel_page(page):  # stored as evidence; `parse` says what is wrong with it
                yield Page(raws=(raw,), cursor=cursor)
            return
        _refuse_other_channel(progress, max(ids), newest_date(page), channel)
        progress = progress.after_newest(ids, newest_date(page), settings["first_pages"])
        yield Page(raws=(raw,), cursor=progress.cursor())
        for _ in range(settings["pages_per_run"]):
            if not progress.gaps:
                return
            raw = _get(http, source, channel, progress.gaps[0].before)
            progress = progress.after_older(_older_ids(raw, progress.gaps[0].before))
            yield Page(raws=(raw,), cursor=progress.cursor())

    def parse(self, raws: Sequence[RawItem], source: Source) -> Iterator[Draft | Refused]:
        """Drafts of all messages of one page."""
        raw = raws[0]
        page = read_page(raw.payload)
        if not is_channel_page(page):
            detail = (
                "no page of a public channel; open it in a browser. If t.me changed its markup, adapt telegram_page"
            )
            yield Refused(native_id=raw.native_id, reason="not-a-channel-page", detail=detail, where=raw.url)
            return
        yield from drafts(page, raw, source, Channel.of(source).handle)


def _get(http: HttpClient, source: Source, channel: Channel, before: int | None) -> RawItem:
    query = f"?before={before}" if before is not None else ""
    response = http.get(channel.url + query, accept=ACCEPT)
    if urlsplit(response.url).path != urlsplit(channel.url).path:
        raise Halt(
            f"{channel.url}: leads to {response.url}, so {channel.handle} has no public page: it is private, a group, gone, "
            "or misspelt. Look at it in a browser; correct the handle or retire the source"
        )
    return response.raw(source=source.id, native_id=channel.handle + query)


def _older_ids(raw: RawItem, before: int) -> list[int]:
    """Ids of an older page. Raises Retry when it is not one, so that no gap is closed on the strength of it."""
    page = read_page(raw.payload)
    shown = message_ids(page)
    older = [number for number in shown if number < before]
    if not is_channel_page(page) or (shown and not older):
        raise Retry(
            f"{raw.url}: shows no messages below {before}, as asked; the gap stays and is asked for again later"
        )
    return older


def _refuse_other_channel(progress: Progress, highest: int, at: str, channel: Channel) -> None:
    # Ids only grow. A lower one with a later date means that the handle was given up and taken by somebody else.
    if highest < progress.newest and progress.newest_at and at > progress.newest_at:
        raise Halt(
            f"{channel.url}: message {highest} of {at} is newer than message {progress.newest} of {progress.newest_at}: "
            "another channel has taken this handle. Check who it is; then retire the source or give it a new id"
        )


CONNECTOR = TelegramConnector()
