"""What must be found nowhere outside evidence, and the search for it in everything that a run leaves behind.

Written apart from nlp/masking on purpose: a test that borrowed the masker's eyes would share its blind spots.
"""

from __future__ import annotations

import csv
import email
import email.policy
import gzip
import html
import json
import re
import sqlite3
import unicodedata
import zlib
from collections.abc import Iterable, Iterator
from contextlib import closing
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import yaml
import zstandard

from falselight.sample import CONTENT

# Named in the running text, where no markup says so.
NAMED_IN_TEXT = (
    "نوروز فرضی", "سالم الخيالي", "Dilshad", "کاک هێمن", "Shilan Karwan", "Галине Сергеевне Митрошко",
    "جبار حسين", "غلام\u200cسخی بارکزوی", "عوسمان خۆشناو", "Familie Rademann",
)  # fmt: skip
_RESERVED = tuple(re.compile(f"(?={code}{rest})({code}{rest})") for code, rest in (
    ("0044", r"7700900\d{3}"), ("44", r"7700900\d{3}"), ("", r"7700900\d{3}"),
    ("001", r"20255501\d{2}"), ("1", r"20255501\d{2}"), ("", r"20255501\d{2}"),
))  # fmt: skip
_SPELLED = {"zero": "0", "one": "1", "two": "2", "five": "5"}
_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufe0e\ufe0f\u20e3\ufeff]")
_MAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_HANDLE = re.compile(r"(?<![\w.])@(\w{5,})|t\.me/(\w{5,})")
MAX_WRITING_CHARS = 70  # keycaps take three characters a digit
MAX_DEPTH = 6  # containers within containers: an .eml in a zstd file in a SQLite cell


@cache
def private_strings() -> list[str]:
    """Every private name, phone number in every writing, e-mail address and personal handle of the bundled sample."""
    texts = [*_channel_texts(), *_article_texts(), *(row["text"] or "" for row in imported())]
    found = {*NAMED_IN_TEXT, *_names(), *_person_handles(texts)}
    for text in texts:
        found.update(_MAIL.findall(text))
        found.update(phone_writings(text))
    found |= {digits for text in list(found) if len(digits := _digits(text)) >= 7}
    return sorted(filter(None, found))


@cache
def channels() -> list[dict[str, Any]]:
    """The sample's channel files as plain data."""
    return [yaml.safe_load(path.read_text("utf-8")) for path in sorted(CONTENT.glob("channels/*.yml"))]


@cache
def outlets() -> list[dict[str, Any]]:
    """The sample's outlet files as plain data."""
    return [yaml.safe_load(path.read_text("utf-8")) for path in sorted(CONTENT.glob("outlets/*.yml"))]


@cache
def imported() -> list[dict[str, Any]]:
    """The sample's import rows; lines that are no JSON are left out."""
    with (CONTENT / "import" / "social_posts.csv").open(encoding="utf-8", newline="") as file:
        rows: list[dict[str, Any]] = list(csv.DictReader(file))
    for line in (CONTENT / "import" / "field_notes.jsonl").read_text("utf-8").splitlines():
        try:
            rows.append(json.loads(line))
        except json.JSONDecodeError:
            continue
    return rows


def message_text(markup: str) -> str:
    """A message's text as a reader sees it."""
    lines = re.sub(r"<br/>\n?", "\n", markup)
    return html.unescape(re.sub(r"<[^>]+>", "", lines))


def texts_with_names() -> Iterator[tuple[str, list[str]]]:
    """Every text of the sample with the private names that its markup gives away."""
    for channel in channels():
        for message in channel["messages"]:
            yield message_text(message["html"]), list(filter(None, _message_names(message)))
    for outlet in outlets():
        for item in outlet["items"]:
            for version in (item, item.get("edited") or {}):
                yield from (
                    (version.get(part) or "", [item.get("byline") or ""]) for part in ("title", "summary", "body")
                )
    yield from ((row.get("text") or "", [row.get("author_name") or ""]) for row in imported())


def _message_names(message: dict[str, Any]) -> Iterator[str]:
    yield message.get("signed", "")
    forward = message.get("forwarded_from") or {}
    yield "" if forward.get("handle") else forward.get("name", "")


def find_in(text: str) -> list[str]:
    """The private strings in a text, in any writing."""
    return sorted(set(_Wanted(private_strings()).hits(text)))


def _channel_texts() -> Iterator[str]:
    for channel in channels():
        yield channel["description"]
        yield from (message_text(message["html"]) for message in channel["messages"])


def _article_texts() -> Iterator[str]:
    for outlet in outlets():
        for item in outlet["items"]:
            versions = (item, item.get("edited") or {})
            yield from (version.get(part) or "" for version in versions for part in ("title", "summary", "body"))


def _names() -> Iterator[str]:
    for channel in channels():
        for message in channel["messages"]:
            yield from _message_names(message)
    for outlet in outlets():
        yield from (item["byline"] for item in outlet["items"] if is_personal_byline(item.get("byline") or ""))
    yield from (row["author_name"] for row in imported() if row.get("author_kind") == "person")


def is_personal_byline(byline: str) -> bool:
    """Whether a by-line names a person: two words or more, none beginning with a small letter; "(jt)" and "dpo" do not."""
    words = re.findall(r"[^\W\d_][^\s]*", byline)
    return len(words) >= 2 and "(" not in byline and not any(word[0].islower() for word in words)


def _person_handles(texts: Iterable[str]) -> Iterator[str]:
    own = {channel["handle"] for channel in channels()}
    found = {name for text in texts for pair in _HANDLE.findall(text) for name in pair if name}
    found |= set(re.findall(r"/@(\w+)/", " ".join(row.get("url") or "" for row in imported())))
    yield from found - own


def phone_writings(text: str) -> Iterator[str]:
    """Reserved phone numbers as they stand in the text, from the first digit to the last."""
    spelled = re.sub(r"[a-z]+", lambda match: _SPELLED.get(match.group(), "").ljust(len(match.group())), text)
    places = [place for place, char in enumerate(spelled) if _digit(char)]
    digits = "".join(_digit(spelled[place]) for place in places)
    for match in (match for pattern in _RESERVED for match in pattern.finditer(digits)):
        first, last = places[match.start(1)], places[match.end(1) - 1]
        between = spelled[first : last + 1]
        if len(between) <= MAX_WRITING_CHARS and not any(char.isalpha() or char in "$€," for char in between):
            yield text[first : last + 1]


def _digit(char: str) -> str:
    value = unicodedata.digit(char, None)
    return "" if value is None else str(value)


def _digits(text: str) -> str:
    return "".join(map(_digit, text))


def scan(paths: Iterable[Path], strings: Iterable[str] | None = None) -> list[str]:
    """`path: string` for each private string found in a file at or below the paths, in whatever container or writing."""
    wanted = _Wanted(private_strings() if strings is None else strings)
    found: list[str] = []
    for path in paths:
        for file in sorted(path.rglob("*")) if path.is_dir() else [path]:
            if file.is_file() and not file.is_symlink():
                hits = {hit for text in _file_texts(file) for hit in wanted.hits(text)}
                found += [f"{file}: {hit}" for hit in sorted(hits)]
    return found


class _Wanted:
    """Private strings, ready to be sought: words and addresses in folded text, numbers by their digits alone."""

    def __init__(self, strings: Iterable[str]) -> None:
        self.words = {_fold(text) for text in strings if len(_digits(text)) < 7}
        self.numbers = {_digits(text)[-10:] for text in strings if len(_digits(text)) >= 7}

    def hits(self, text: str) -> Iterator[str]:
        """What of it stands in the text, also escaped as JSON, HTML or URL has it."""
        for variant in {text, *_unescaped(text)}:
            folded = _fold(variant)
            yield from (word for word in self.words if word in folded and _stands_whole(word, folded))
            yield from self._numbers(folded)

    def _numbers(self, folded: str) -> Iterator[str]:
        places = [match.start() for match in re.finditer("[0-9]", folded)]
        digits = "".join(folded[place] for place in places)
        for number in self.numbers:
            at = digits.find(number)
            while at >= 0:
                between = folded[places[at] : places[at + len(number) - 1]]
                if not re.search(r"[a-z]|[^0-9]{8}", between):
                    yield number
                    break
                at = digits.find(number, at + 1)


def _stands_whole(word: str, folded: str) -> bool:
    return re.search(rf"(?<!\w){re.escape(word)}(?!\w)", folded) is not None


def _fold(text: str) -> str:
    """One writing: compatibility forms, lower case, ASCII digits, single spaces, nothing invisible."""
    kept = _INVISIBLE.sub("", unicodedata.normalize("NFKC", text))
    return " ".join(re.sub(r"[^\W\D]", lambda match: _digit(match.group()), kept).lower().split())


def _unescaped(text: str) -> Iterator[str]:
    if "\\u" in text or "\\n" in text:
        yield _unescape(text)
    if "&" in text:
        yield html.unescape(text)
    if "%" in text:
        yield unquote(text)


def _unescape(text: str) -> str:
    r"""JSON's \uXXXX as characters; surrogate pairs are put together."""
    raw = re.sub(r"\\u([0-9a-fA-F]{4})", lambda match: chr(int(match.group(1), 16)), text)
    return raw.replace("\\n", "\n").encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _file_texts(file: Path) -> Iterator[str]:
    yield file.name
    with file.open("rb") as stream:
        is_sqlite = stream.read(16) == b"SQLite format 3\x00"
    yield from _sqlite_texts(file) if is_sqlite else _texts(file.read_bytes())


def _texts(data: bytes, depth: int = 0) -> Iterator[str]:
    """The bytes as text, after every unpacking that applies."""
    if depth < MAX_DEPTH:
        for inner in _unpacked(data):
            yield from _texts(inner, depth + 1)
    if not data.startswith((b"\x28\xb5\x2f\xfd", b"\x1f\x8b")):
        yield data.decode("utf-8", "replace")


def _unpacked(data: bytes) -> Iterator[bytes]:
    if data.startswith(b"\x28\xb5\x2f\xfd"):
        yield zstandard.ZstdDecompressor().stream_reader(data, read_across_frames=True).read()
    elif data.startswith(b"\x1f\x8b"):
        yield _gunzip(data)
    elif b"MIME-Version:" in data[:20_000]:
        yield from _mail_parts(data)


def _gunzip(data: bytes) -> bytes:
    try:
        return gzip.decompress(data)
    except (EOFError, zlib.error, gzip.BadGzipFile):  # half a file after a kill: look at what is there
        return zlib.decompressobj(wbits=31).decompress(data)


def _mail_parts(data: bytes) -> Iterator[bytes]:
    message = email.message_from_bytes(data, policy=email.policy.default)
    yield "\n".join(f"{name} {value}" for name, value in message.items()).encode()
    for part in message.walk():
        payload = part.get_payload(decode=True)
        if isinstance(payload, bytes):
            yield payload


def _sqlite_texts(file: Path) -> Iterator[str]:
    """All cells of all tables, the shadow tables of full-text indices included; the write-ahead log is read with them."""
    with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as database:
        database.text_factory = bytes
        names = [row[0].decode() for row in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        for name in names:
            quoted = name.replace('"', '""')
            for row in database.execute(f'SELECT * FROM "{quoted}"'):
                yield from (text for cell in row if isinstance(cell, bytes) for text in _texts(cell, 1))
    yield file.read_bytes().decode("utf-8", "replace")  # deleted rows stay in free pages until VACUUM
