"""Text of strangers, made fit for a mail: one line where a line is meant, short, and with no link that works."""

from __future__ import annotations

import re
import unicodedata
from typing import Literal

from falselight.text import clean_text

Direction = Literal["ltr", "rtl", "auto"]

QUOTE_CHARS = 280  # enough to judge a post, too little to hand its offer on
_JOINERS = "\u200c\u200d"  # needed inside Persian words and emoji
_DOT = "[.。．｡]"  # browsers take the ideographic full stops for dots in host names
_SCHEME = re.compile(r"\b(h)(?:tt)(ps?)(?=:)|\b(f)(?:tp)(?=:)", re.IGNORECASE)
_COLON = re.compile(r"\b([a-z][a-z0-9+.-]{1,20}):(?=//)", re.IGNORECASE)
_ADDRESS = re.compile(
    rf"[^\s<>()\[\]]*://[^\s<>]+|(?:[\w-]+{_DOT})+[a-z]{{2,24}}(?!\w)|(?:\d{{1,3}}\.){{3}}\d{{1,3}}", re.IGNORECASE
)


def one_line(text: str) -> str:
    """The text as one line that no header, title or attribute can break out of: no control or formatting characters."""
    return " ".join("".join(_harmless(char) for char in clean_text(text)).split())


def defang(text: str) -> str:
    """The text with every address made unclickable: `https://t.me/x` → `hxxps://t[.]me/x`, also without a scheme."""
    return _ADDRESS.sub(lambda match: _defanged(match.group()), text)


def shorten(text: str, limit: int = QUOTE_CHARS) -> str:
    """At most `limit` characters, cut between words where possible and never inside a character; `…` tells of a cut."""
    if len(text) <= limit:
        return text
    cut = text[: limit - 1]
    words = re.match(r"(?s)(.*\S)\s", cut + (" " if text[limit - 1].isspace() else ""))
    if words and len(words[1]) >= limit * 2 // 3:
        cut = words[1]
    elif _continues(text[limit - 1]):
        cut = re.sub(r"(?s).[\u0300-\u036f\u064b-\u065f\u200d\ufe0f\U0001f3fb-\U0001f3ff]*$", "", cut)
    return cut.rstrip(" \n,;:-" + _JOINERS) + "…"


def quotable(text: str, limit: int = QUOTE_CHARS) -> tuple[str, ...]:
    """The lines of a quotation: clean, defanged, `limit` characters together, no empty lines."""
    lines = (one_line(line) for line in clean_text(text).split("\n"))
    whole = "\n".join(line for line in lines if line)
    return tuple(shorten(defang(shorten(whole, limit)), limit).split("\n"))


def direction(text: str) -> Direction:
    """Which way most of the text runs; `auto` where it has no letters.

    A browser's own `auto` goes by the first letter, which in an Arabic offer is often a Latin brand or a mask.
    """
    kinds = [unicodedata.bidirectional(char) for char in text]
    right, left = sum(kind in ("R", "AL") for kind in kinds), kinds.count("L")
    if right == left == 0:
        return "auto"
    return "rtl" if right > left else "ltr"


def _harmless(char: str) -> str:
    kind = unicodedata.category(char)
    if kind in ("Cc", "Zl", "Zp"):
        return " "
    return "" if kind in ("Cf", "Cs", "Co") and char not in _JOINERS else char


def _continues(char: str) -> bool:
    return unicodedata.category(char) in ("Mn", "Me", "Sk") or char in _JOINERS


def _defanged(address: str) -> str:
    dotted = re.sub(rf"(?<=[\w-]){_DOT}(?=[\w-])", "[.]", address)
    hidden = _SCHEME.sub(lambda m: f"{m[1]}xx{m[2]}" if m[1] else f"{m[3]}xp", dotted)
    return hidden if hidden.lower().startswith(("hxx", "fxp")) else _COLON.sub(r"\1[:]", hidden)
