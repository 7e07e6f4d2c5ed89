"""An answer that was taken whole."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from falselight.post import RawItem


@dataclass(frozen=True, slots=True, kw_only=True)
class Response:
    """An answer of status 2xx, or 304 to a conditional request.

    `url`: the last one after redirects. `headers`: lower-case names; without cookies and without what described the
    transfer (length, encoding), because `payload` is decoded. `content_type`: as sent, `""` where there is none.
    `moved_permanently_to`: where the asked address moved for good (301, 308); None where it did not.
    """

    url: str
    status: int
    headers: Mapping[str, str]
    payload: bytes
    content_type: str
    fetched_at: datetime
    not_modified: bool = False
    moved_permanently_to: str | None = None

    def raw(self, *, source: str, native_id: str, url: str | None = None) -> RawItem:
        """The answer as evidence. `url`: the address it was asked by, where that is what readers know."""
        return RawItem(
            source=source,
            native_id=native_id,
            url=url or self.url,
            payload=self.payload,
            content_type=self.content_type,
            fetched_at=self.fetched_at,
            status=self.status,
            headers=self.headers,
        )
