"""Bytes to text, for documents that say nothing of their encoding, or lie about it."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator, Sequence

_BOMS = (  # the longer one first: UTF-32's begins with UTF-16's
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_DECLARED = re.compile(
    rb"""(?:<\?xml[^>]{0,200}?encoding|<meta[^>]{0,200}?charset)\s*=\s*["']?([A-Za-z0-9_:.-]+)""", re.IGNORECASE
)
_CHARSET = re.compile(r"""charset\s*=\s*["']?([A-Za-z0-9_:.-]+)""", re.IGNORECASE)
HEAD_BYTES = 2_048  # HTML asks for the declaration within the first 1,024 bytes
MAX_DAMAGED_SHARE = 0.01  # UTF-8 with fewer broken bytes than this is damaged UTF-8, not another encoding

# What old systems wrote in a language, where neither the document nor the server gives an encoding that works.
_HABITS = {
    "cp1251": ("ru", "uk", "be", "bg", "sr", "mk", "kk", "tg"),
    "cp1256": ("ar", "fa", "prs", "ps", "ur", "ckb"),
    "cp1250": ("pl", "cs", "sk", "hu", "hr", "sl", "bs", "ro"),
    "cp1254": ("tr", "az", "kmr", "ku"),
    "cp1253": ("el",),
    "cp1255": ("he",),
    "cp1257": ("lt", "lv", "et"),
    "cp1258": ("vi",),
    "gb18030": ("zh",),
    "cp949": ("ko",),
    "cp932": ("ja",),
}
_BY_LANGUAGE = {language: name for name, languages in _HABITS.items() for language in languages}
_WIDER = {"gb2312": "gb18030", "gbk": "gb18030", "iso-8859-1": "cp1252", "latin-1": "cp1252", "us-ascii": "cp1252"}


def decode(payload: bytes, *, content_type: str = "", languages: Sequence[str] = ()) -> str:
    """The text of a document; never raises.

    A byte order mark decides; else valid UTF-8 is UTF-8, whatever is declared (no other encoding gives it by chance);
    else the document's own declaration, the server's, and what was usual in the source's first language.
    """
    for mark, name in _BOMS:
        if payload.startswith(mark):
            return payload.decode(name, "replace")
    if not payload.isascii() and (text := _utf8(payload)) is not None:
        return text
    for name in _candidates(payload, content_type, languages):
        try:
            return payload.decode(name)
        except (UnicodeError, LookupError):
            continue
    return payload.decode("cp1252", "replace")


def _utf8(payload: bytes) -> str | None:
    text = payload.decode("utf-8", "replace")
    damaged = text.count("\ufffd")
    beyond_ascii = sum(1 for character in text if character > "\x7f")
    return text if damaged <= MAX_DAMAGED_SHARE * beyond_ascii else None


def _candidates(payload: bytes, content_type: str, languages: Sequence[str]) -> Iterator[str]:
    declared = _DECLARED.search(payload[:HEAD_BYTES])
    sent = _CHARSET.search(content_type)
    names = [declared.group(1).decode("ascii") if declared else "", sent.group(1) if sent else ""]
    for name in names:
        # A document in UTF-16 without mark cannot have been read as far as its declaration: that one lies.
        if name and not name.lower().startswith(("utf-16", "utf16", "utf-32", "utf8", "utf-8")):
            yield _WIDER.get(name.lower(), name)
    yield from _unmarked_utf16(payload)
    yield _BY_LANGUAGE.get(languages[0] if languages else "", "cp1252")


def _unmarked_utf16(payload: bytes) -> Iterator[str]:
    if payload[:4] == b"<\x00?\x00":
        yield "utf-16-le"
    if payload[:4] == b"\x00<\x00?":
        yield "utf-16-be"
