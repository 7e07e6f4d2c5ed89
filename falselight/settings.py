"""Settings: environment variables `FALSELIGHT_…` or a `.env` file; docs/settings.md is generated from this module."""

from __future__ import annotations

import os
import secrets
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import Literal

from pydantic import AwareDatetime, Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

from falselight.ids import KeyedHasher


class Settings(BaseSettings):
    """Everything that differs between installations. Rules of the product are data files, not settings."""

    model_config = SettingsConfigDict(env_prefix="FALSELIGHT_", env_file=".env", extra="ignore", frozen=True)

    home: Path = Field(default=Path("var"), description="Folder of everything that a local installation keeps.")
    sources: tuple[Path, ...] = Field(
        default=(), description="Catalogue files or folders; empty means the bundled sample."
    )
    state_url: str | None = Field(
        default=None, description="SQLAlchemy URL of state; empty means SQLite in HOME/state.sqlite."
    )
    landing_url: str | None = Field(default=None, description="fsspec URL of landing; empty means HOME/landing.")
    evidence_url: str | None = Field(default=None, description="fsspec URL of evidence; empty means HOME/evidence.")
    index_url: str | None = Field(
        default=None, description="URL of the index; empty means SQLite FTS5 in HOME/index.sqlite."
    )
    pseudonym_key_file: Path | None = Field(
        default=None,
        description="File with the secret key of pseudonyms; made at first use (HOME/secrets/pseudonym.key).",
    )
    clock: AwareDatetime | None = Field(
        default=None, description="Fixed 'now' for alerts and digests in a replay; empty means the real clock."
    )

    encoder: str = Field(
        default="transformer",
        description="Tagger: transformer (with use and the lexicons), use, or a folder with an encoder.",
    )

    http_user_agent: str = Field(
        default="Falselight/0.1 (+https://falselight.example/bot)",
        description="User-Agent of all requests; put a page there that says who you are and how to object.",
    )
    http_delay_seconds: float = Field(default=2.0, ge=0, description="Least pause between two requests to one host.")
    http_timeout_seconds: float = Field(default=20.0, gt=0, description="Limit for connecting and for each read.")
    http_total_seconds: float = Field(default=60.0, gt=0, description="Limit for one whole answer.")
    http_max_bytes: int = Field(
        default=20_000_000, gt=0, description="Largest answer taken, counted after decompression."
    )
    http_allow_private: bool = Field(
        default=False, description="Allow addresses of the own machine or network: tests and the sample only."
    )
    http_resolve: dict[str, str] = Field(
        default_factory=dict, description='Host to address:port, as JSON: {"a.example": "127.0.0.1:8080"}.'
    )

    smtp_host: str = Field(default="127.0.0.1", description="Mail server that takes the alert mails.")
    smtp_port: int = Field(default=2525, description="Port of the mail server.")
    smtp_security: Literal["none", "starttls", "tls"] = Field(
        default="none", description="Encryption towards the mail server; `none` is for a server on this machine."
    )
    smtp_user: str | None = Field(default=None, description="User name at the mail server; empty means no login.")
    smtp_password: SecretStr | None = Field(default=None, description="Password at the mail server.")
    mail_from: str = Field(default="falselight@falselight.example", description="Sender of alert mails.")
    mail_to: tuple[str, ...] = Field(
        default=("analysts@falselight.example",), description="Receivers of alerts and digests."
    )
    page_url: str = Field(
        default="http://127.0.0.1:8610", description="Address of the web page, for the links in mails."
    )

    lease_seconds: int = Field(
        default=300, gt=0, description="How long a stage holds its work before others may take it over."
    )
    evidence_days: int = Field(default=90, gt=0, description="Days that evidence is kept.")

    def path(self, name: str) -> Path:
        """A file or folder under `home`."""
        return self.home.resolve() / name

    @property
    def state_location(self) -> str:
        """SQLAlchemy URL of state."""
        return self.state_url or f"sqlite:///{self.path('state.sqlite')}"

    @property
    def landing_location(self) -> str:
        """fsspec URL of landing."""
        return self.landing_url or str(self.path("landing"))

    @property
    def evidence_location(self) -> str:
        """fsspec URL of evidence."""
        return self.evidence_url or str(self.path("evidence"))

    @property
    def index_location(self) -> str:
        """Path or URL of the index."""
        return self.index_url or str(self.path("index.sqlite"))

    def now(self) -> datetime:
        """The replay's fixed moment where one is set, else the real one; aware, UTC."""
        return self.clock.astimezone(UTC) if self.clock else datetime.now(UTC)

    def hasher(self) -> KeyedHasher:
        """The keyed hasher of this installation; makes the key file (mode 0600) at first use."""
        return KeyedHasher(_read_or_make_key(self.pseudonym_key_file or self.path("secrets/pseudonym.key")))


def _read_or_make_key(path: Path) -> bytes:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    if not path.exists():
        # Written aside, then linked: two processes that start at once agree on one key.
        aside = path.with_suffix(f".{secrets.token_hex(8)}")
        aside.touch(mode=0o600)
        aside.write_text(secrets.token_hex(32))
        try:
            os.link(aside, path)
        except FileExistsError:
            pass
        finally:
            aside.unlink()
    return path.read_text().strip().encode()


@lru_cache(maxsize=1)
def get_settings() -> Settings:
    """The settings of this process, read once."""
    return Settings()
