"""The sample's content as typed data; a mistake in a file names the file and the field."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

import yaml
from pydantic import AwareDatetime, BaseModel, ConfigDict

from falselight.post import AuthorKind
from falselight.sample import CONTENT

Quirk = Literal[
    "no-guid", "no-date", "no-body", "tracking-link", "double-escaped", "content-encoded", "media-thumbnail",
    "zoneless-date",
]  # fmt: skip


class _Entry(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Expected(_Entry):
    """What a careful reader would tag; tests measure the first tagging against it."""

    relevant: bool
    stance: str | None = None
    narratives: tuple[str, ...] = ()
    lures: tuple[str, ...] = ()
    corridor: tuple[str, ...] = ()


class Edit(_Entry):
    """The later version of an item; None keeps what the first version said."""

    updated: AwareDatetime
    title: str | None = None
    summary: str | None = None
    body: str | None = None


class Item(_Entry):
    """One article of an outlet. `body`: paragraphs with a blank line between."""

    key: str
    guid: str
    title: str
    published: AwareDatetime
    summary: str
    body: str
    expect: Expected
    byline: str | None = None
    categories: tuple[str, ...] = ()
    quirks: tuple[Quirk, ...] = ()
    edited: Edit | None = None
    copy_of: str | None = None

    def later(self) -> Item:
        """The item as it stands after its edit; itself where it was never edited."""
        if self.edited is None:
            return self
        changed = {name: value for name, value in self.edited.model_dump(exclude={"updated"}).items() if value}
        return self.model_copy(update=changed)


class Outlet(_Entry):
    """An invented outlet with its feed."""

    id: str
    name: str
    host: str
    language: str
    kind: AuthorKind
    role: str
    flavour: Literal["rss2", "atom", "rdf"]
    country: str | None = None
    encoding: str = "utf-8"
    items: tuple[Item, ...]

    @property
    def edited(self) -> bool:
        """Whether any item has a later version, shown in the outlet's second feed."""
        return any(item.edited for item in self.items)


class Forward(_Entry):
    """Where a message came from; without handle it is a private person's."""

    name: str
    handle: str | None = None
    id: int | None = None


class Poll(_Entry):
    """A poll in a channel."""

    question: str
    options: tuple[str, ...]


class Message(_Entry):
    """One message of a channel. `html`: inner markup of the text as the platform gives it."""

    id: int
    date: AwareDatetime
    html: str = ""
    views: str | None = None
    signed: str | None = None
    forwarded_from: Forward | None = None
    reply_to: int | None = None
    edited: bool = False
    media: tuple[str, ...] = ()
    poll: Poll | None = None
    service: bool = False
    expect: Expected | None = None

    @property
    def text_html(self) -> str:
        """Markup without the line breaks that only the data file needs."""
        return self.html.replace("<br/>\n", "<br/>").strip()


class Channel(_Entry):
    """An invented public channel."""

    handle: str
    title: str
    description: str = ""
    language: str
    kind: AuthorKind
    role: str
    subscribers: str = "1K"
    messages: tuple[Message, ...]

    def page(self, before: int | None, size: int) -> tuple[Message, ...]:
        """The newest `size` messages with an id below `before` (None: the newest of all), oldest first."""
        older = [message for message in self.messages if before is None or message.id < before]
        return tuple(older[-size:])


class World(_Entry):
    """All outlets and channels."""

    outlets: tuple[Outlet, ...]
    channels: tuple[Channel, ...]

    def outlet(self, host: str) -> Outlet | None:
        """The outlet at a host, None where there is none."""
        return next((outlet for outlet in self.outlets if outlet.host == host), None)

    def channel(self, handle: str) -> Channel | None:
        """The channel of a handle, None where there is none."""
        return next((channel for channel in self.channels if channel.handle == handle), None)


@lru_cache(maxsize=1)
def load_world() -> World:
    """The sample's content, read once."""
    outlets = tuple(Outlet.model_validate(_read(path)) for path in sorted((CONTENT / "outlets").glob("*.yml")))
    channels = tuple(Channel.model_validate(_read(path)) for path in sorted((CONTENT / "channels").glob("*.yml")))
    return World(outlets=outlets, channels=channels)


def _read(path: Path) -> Any:
    return yaml.load(path.read_text("utf-8"), Loader=yaml.CSafeLoader)
