"""One row of an import to one draft, or to the reason why not."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any, cast, get_args

from connectors.cards import card
from connectors.catalogue import Source
from connectors.dates import read_date
from connectors.importer_files import Record
from connectors.links import host_of
from connectors.markup import web_link
from falselight.errors import Quarantine
from falselight.post import AuthorKind, Draft, Engagement, RawItem

_SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_LINK = re.compile(r"https?://[^\s<>\"'،。]+")
_ROUNDED = re.compile(r"\d(?:[.,]\d+)?E\+\d+", re.IGNORECASE)  # what spreadsheets make of long numbers
REQUIRED = ("id", "published_at")


@dataclass(frozen=True, slots=True)
class Row:
    """A row's values by our field names (never empty ones), and the names of columns that nothing was taken from."""

    values: Mapping[str, str]
    unknown: tuple[str, ...] = ()


@cache
def fields_by_column() -> dict[str, str]:
    """Column name (normalised) → our field, from the card."""
    columns: dict[str, list[str]] = card("importer").settings["columns"]
    return {name: field for field, names in columns.items() for name in names}


def field_of(column: str) -> str | None:
    """Our name for a column; None where the card does not know it."""
    return fields_by_column().get(re.sub(r"[\s-]+", "_", column.strip().lower()))


def json_row(record: Record) -> Row:
    """A row of JSON Lines. Raises Quarantine with the reason."""
    text = _utf8(record.raw.decode("latin-1")).strip()
    try:
        found = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise Quarantine("not-json", f"no JSON ({error}); export the row again, its neighbours were taken") from error
    if not isinstance(found, dict):
        raise Quarantine("not-json", f"a {type(found).__name__} in place of an object; write one {{…}} per line")
    return _row([(str(name), value) for name, value in found.items()])


def csv_row(record: Record, header: tuple[str, ...]) -> Row:
    """A row of CSV. Raises Quarantine with the reason."""
    if record.problem:
        raise Quarantine("bad-csv", f'{record.problem}; check the quotes of this line (" inside a text is written "")')
    fields = record.fields or ()
    if len(fields) != len(header):
        detail = f"{len(fields)} columns, the header has {len(header)}; quote texts that hold the separator"
        raise Quarantine("column-count", detail)
    return _row([(name, _utf8(value)) for name, value in zip(header, fields, strict=True)])


def _row(pairs: list[tuple[str, Any]]) -> Row:
    values: dict[str, str] = {}
    unknown: list[str] = []
    for column, value in pairs:
        field = field_of(column)
        if field is None or field in values or isinstance(value, (dict, list)):
            unknown.append(column)
        elif value is not None and str(value).strip():
            values[field] = str(value).strip()
    return Row(values, tuple(unknown))


def _utf8(latin: str) -> str:
    try:
        return latin.encode("latin-1").decode("utf-8")
    except UnicodeDecodeError as error:
        bad = f"byte 0x{error.object[error.start]:02x} at {error.start}"
        raise Quarantine("wrong-encoding", f"not UTF-8 ({bad}); save the file as UTF-8 and import it again") from error


def row_draft(row: Row, *, raw: RawItem, source: Source, line: int) -> Draft:
    """The draft of a row. Raises Quarantine with the reason."""
    values = row.values
    native_id = _native_id(values)
    kind = _author_kind(values)
    name = values.get("author_name")
    url = web_link(values.get("url", "")) or f"{raw.url}#{line}"
    text = values.get("text", "")
    if not text and not values.get("title"):
        raise Quarantine("no-text", "neither text nor title; nothing to do unless the export lost it")
    return Draft(
        platform=_platform(values),
        native_id=native_id,
        channel=values.get("channel") or host_of(url) or source.id,
        url=url,
        title=values.get("title"),
        text=text,
        published_at=_moment(values, "published_at"),
        edited_at=_moment(values, "edited_at") if "edited_at" in values else None,
        author_kind=kind,
        author_id=values.get("author_id") or name or f"unknown:{native_id}",  # unknown authors stay apart
        author_name=name,
        private_names=(name,) if name and kind == "person" else (),
        language_hint=values.get("lang") or (source.languages[0] if len(source.languages) == 1 else None),
        links=tuple(dict.fromkeys(link.rstrip(".,;:!?)]»”") for link in _LINK.findall(text))),
        reply_to=values.get("reply_to"),
        reposted_from=values.get("repost_of"),
        engagement=Engagement(**{name: _count(values, name) for name in ("views", "likes", "shares", "replies")}),
    )


def _native_id(values: Mapping[str, str]) -> str:
    native_id = values.get("id")
    if not native_id:
        raise Quarantine("no-id", "the row has no id, so it could not be told from its next version; export ids too")
    if _ROUNDED.fullmatch(native_id):
        raise Quarantine(
            "rounded-id", f"id {native_id} was rounded by a spreadsheet; export again without opening it there"
        )
    return native_id


def _platform(values: Mapping[str, str]) -> str:
    platform = values.get("platform", "importer").lower()
    if not _SLUG.fullmatch(platform) or len(platform) > 60:
        raise Quarantine("bad-platform", f"platform {platform[:60]!r}; write it in small letters, digits and hyphens")
    return platform


def _author_kind(values: Mapping[str, str]) -> AuthorKind:
    kind = values.get("author_kind", "person").lower()
    if kind not in get_args(AuthorKind):
        raise Quarantine("bad-author-kind", f"author_kind {kind[:40]!r}; use one of {', '.join(get_args(AuthorKind))}")
    return cast(AuthorKind, kind)


def _moment(values: Mapping[str, str], field: str) -> datetime:
    text = values.get(field)
    if text is None:
        raise Quarantine("no-date", "the row has no date; export it too, without it nothing can be counted")
    found = read_date(text)
    if found is None:
        raise Quarantine("bad-date", f"{field} {text[:60]!r} is no date; write ISO 8601, 2021-10-18T11:42:10+00:00")
    return found


def _count(values: Mapping[str, str], field: str) -> int | None:
    text = values.get(field, "").replace(",", "").replace(" ", "")
    return int(float(text)) if re.fullmatch(r"\d{1,15}(\.\d+)?", text) else None
