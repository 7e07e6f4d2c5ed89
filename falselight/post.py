"""The nouns that flow: RawItem (as received) → Draft (parsed, unmasked, memory only) → Post (masked, stored)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Literal

from pydantic import TypeAdapter

from falselight.ids import content_hash

AuthorKind = Literal["person", "outlet", "official", "channel"]
ContactKind = Literal["phone", "handle", "link", "e-mail"]
MediaKind = Literal["photo", "video", "audio", "document", "poll", "other"]


@dataclass(frozen=True, slots=True, kw_only=True)
class RawItem:
    """One answer of a source, byte for byte after transfer decoding.

    `native_id`: what the connector calls this answer (feed address, `channel?before=95`, file name).
    `headers`: response headers with lower-case names; empty for files. `status`: HTTP status; None for files.
    """

    source: str
    native_id: str
    url: str
    payload: bytes
    content_type: str
    fetched_at: datetime
    status: int | None = None
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Media:
    """A picture, film or file beside the text. `name`: caption or file name, None where there is none."""

    kind: MediaKind
    url: str | None = None
    name: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Engagement:
    """Counts as the platform shows them; None means that the platform has no such count."""

    views: int | None = None
    likes: int | None = None
    shares: int | None = None
    replies: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """What a connector parsed: still with names and contacts, so it lives in memory only.

    `native_id`, `reply_to`, `reposted_from`: the platform's own ids. `private_names`: names of private persons that
    the markup gave away (signature, forwarded from), to be masked wherever the text repeats them.
    `published_at`, `edited_at`: aware, any zone. `language_hint`: what the source says of its own language.
    """

    platform: str
    native_id: str
    channel: str
    url: str
    text: str
    published_at: datetime
    author_kind: AuthorKind
    author_id: str
    author_name: str | None = None
    title: str | None = None
    edited_at: datetime | None = None
    language_hint: str | None = None
    links: tuple[str, ...] = ()
    media: tuple[Media, ...] = ()
    reposted_from: str | None = None
    reply_to: str | None = None
    engagement: Engagement = Engagement()
    private_names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """An item that a connector could not use: the reason code, the detail for a person, where it stood."""

    native_id: str
    reason: str
    detail: str
    where: str = ""


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Contact:
    """A way to reach somebody, kept only as keyed hash (`KeyedHasher.contact`)."""

    kind: ContactKind
    key: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Author:
    """Who published. `key`: keyed pseudonym for kind person, else the public name. `name`: None for persons."""

    kind: AuthorKind
    key: str
    name: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """One public message, masked: the only form that is stored outside evidence.

    `published_at`, `collected_at`, `edited_at`: aware, UTC; `collected_at` is for lag, never for counting.
    `revision`: 0 at first sight, +1 per edit. `raw`: evidence id. `url`: for authors of kind person the evidence id.
    `reposted_from`, `reply_to`: post ids. None means that the platform has no such thing or the post has none.
    """

    id: str
    revision: int = 0
    source: str
    platform: str
    channel: str
    url: str
    text: str
    published_at: datetime
    collected_at: datetime
    author: Author
    raw: str
    title: str | None = None
    edited_at: datetime | None = None
    language_hint: str | None = None
    contacts: tuple[Contact, ...] = ()
    links: tuple[str, ...] = ()
    media: tuple[Media, ...] = ()
    reposted_from: str | None = None
    reply_to: str | None = None
    engagement: Engagement = Engagement()

    @property
    def full_text(self) -> str:
        """Title and text as tagging reads them: title, blank line, text."""
        return f"{self.title}\n\n{self.text}" if self.title else self.text

    @property
    def content(self) -> str:
        """Hash of what a reader sees; engagement and clocks do not count."""
        media = [f"{item.kind}:{item.name or ''}" for item in self.media]
        keys = [contact.key for contact in self.contacts]
        return content_hash(self.title or "", self.text, *sorted(self.links), *media, *keys)

    def with_revision(self, revision: int) -> Post:
        """The same post as the given revision."""
        return replace(self, revision=revision)


_POST = TypeAdapter(Post)


def post_to_dict(post: Post) -> dict[str, Any]:
    """JSON-ready mapping of a post; fields that are None or empty are left out."""
    data: dict[str, Any] = _POST.dump_python(post, mode="json", exclude_defaults=True)
    return data


def post_from_dict(data: Mapping[str, Any]) -> Post:
    """A post from its mapping; pydantic's ValidationError names the field that is wrong."""
    return _POST.validate_python(data)
