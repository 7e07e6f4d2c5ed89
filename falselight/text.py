"""What may stand in stored text: nothing that breaks a store, nothing that deceives a reader."""

from __future__ import annotations

import re

# NUL and lone surrogates cannot be stored as UTF-8 text in PostgreSQL; other controls hide or break lines.
_UNSTORABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
# Overrides and isolates re-order what a reader sees ("Trojan source"); marks (LRM, RLM) only help and stay.
_REORDERING = re.compile("[\u202a-\u202e\u2066-\u2069]")


def clean_text(text: str) -> str:
    """The text without control characters, lone surrogates (→ U+FFFD) and directional overrides; lines kept."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return _REORDERING.sub("", _UNSTORABLE.sub(_substitute, text)).strip()


def _substitute(match: re.Match[str]) -> str:
    return "\ufffd" if match.group() >= "\ud800" else ""
