"""Identity: post ids from the platform's own stable ids, keyed hashes for persons and contacts.

Ids are made from raw source values, never from cleaned ones; changing how is a migration.
"""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass

ID_HEX_DIGITS = 24  # 96 bits: chance of one collision in 10**9 posts is below 1e-11 (birthday bound)
KEYED_HEX_DIGITS = 20  # 80 bits, enough to keep sellers apart; short enough to read aloud


def post_id(platform: str, native_id: str) -> str:
    """Id of a post: platform and a hash of what the platform itself calls it.

    Two sources that carry the same message give the same id. Raises ValueError on an empty native id.
    """
    if not native_id:
        raise ValueError("a post needs the platform's own id")
    return f"{platform}-{_digest(platform, native_id)[:ID_HEX_DIGITS]}"


def content_hash(*parts: str) -> str:
    """Hash of what a reader would see; a different value means a new revision."""
    return _digest(*parts)


def _digest(*parts: str) -> str:
    # Length prefixes keep ("ab","c") and ("a","bc") apart.
    joined = "".join(f"{len(part)}:{part}" for part in parts)
    return hashlib.sha256(joined.encode("utf-8", "surrogatepass")).hexdigest()


@dataclass(frozen=True, slots=True)
class KeyedHasher:
    """HMAC-SHA256 with the installation's secret key: stable here, meaningless elsewhere.

    `key`: at least 16 bytes; a deleted key makes all pseudonyms and contact hashes unlinkable for good.
    """

    key: bytes

    def __post_init__(self) -> None:
        if len(self.key) < 16:
            raise ValueError("the pseudonym key has fewer than 16 bytes; delete the file to have a new one made")

    def person(self, platform: str, native_id: str) -> str:
        """Pseudonym of a private author, the same on every post of that author on that platform."""
        return "person-" + self._digest("person", platform, native_id)

    def contact(self, kind: str, value: str) -> str:
        """Keyed hash of a contact (phone in E.164, lower-case handle, canonical link, e-mail)."""
        return self._digest("contact", kind, value)

    def _digest(self, *parts: str) -> str:
        joined = "".join(f"{len(part)}:{part}" for part in parts).encode("utf-8", "surrogatepass")
        return hmac.new(self.key, joined, hashlib.sha256).hexdigest()[:KEYED_HEX_DIGITS]
