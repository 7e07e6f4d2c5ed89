"""Numbers, times and labels as an analyst reads them."""

from __future__ import annotations

from datetime import UTC, datetime

from babel import Locale

from falselight.alerts.clean import one_line
from falselight.taxonomy import Answer, UnknownLabel, load_taxonomy

_ENGLISH = Locale.parse("en").languages
_OURS = {"prs": "Dari", "kmr": "Kurdish (Kurmanji)", "ckb": "Kurdish (Sorani)", "fa": "Persian", "und": "unknown"}
_LABELS = ("lure", "narrative", "corridor", "stance")


def moment(at: datetime, *, year: bool = True) -> str:
    """`8 Nov 2021, 06:00 UTC`."""
    at = at.astimezone(UTC)
    return f"{at.day} {at:%b %Y}, {at:%H:%M} UTC" if year else f"{at.day} {at:%b}, {at:%H:%M} UTC"


def amount(count: int, noun: str) -> str:
    """`1 post`, `17 posts`."""
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"


def change(now: int, before: int) -> str:
    """`+12`, `−3`, `no change`; `new` where there was nothing before."""
    if now == before:
        return "no change"
    if before == 0:
        return "new"
    return f"+{now - before:,}" if now > before else f"−{before - now:,}"


def compared(now: int, before: int) -> str:
    """A clause that compares with the time before."""
    if before == 0:
        return "there were none"
    if now == before:
        return f"there were {before:,} as well"
    factor = now / before
    times = f" (now {f'{factor:.1f}'.removesuffix('.0')} times as many)" if factor >= 1.5 else ""
    return f"there were {before:,}{times}"


def listed(words: list[str]) -> str:
    """`a`, `a and b`, `a, b and c`."""
    return " and ".join(filter(None, [", ".join(words[:-1]), *words[-1:]]))


def language_name(code: str) -> str:
    """`Kurdish (Sorani)` for `ckb`; the code itself where nobody knows it."""
    return _OURS.get(code) or _ENGLISH.get(code) or one_line(code)


def value_name(field: str, value: str) -> str:
    """How a value of an index field is called in a mail: a label by its title, a language by its name."""
    if field == "language":
        return language_name(value)
    if field not in _LABELS:
        return one_line(value)
    try:
        return load_taxonomy().label(f"{field}:{value}").title
    except UnknownLabel:  # a label of a newer taxonomy in an older mailer
        return one_line(value)


def answer_to(lure: str) -> tuple[Answer, tuple[str, ...]] | None:
    """The verified answer to a lure with its facts in words, each with its source; None where there is none."""
    try:
        answer = load_taxonomy().label(f"lure:{lure}").answer
    except UnknownLabel:
        return None
    return (answer, tuple(_fact(fact) for fact in answer.facts)) if answer else None


def document_title(document_id: str) -> str:
    """What a document of the taxonomy is called."""
    return next((item.title for item in load_taxonomy().documents if item.id == document_id), document_id)


def _fact(fact_id: str) -> str:
    fact = load_taxonomy().fact(fact_id)
    figure = ""
    if fact.value is not None:
        precision = {"exactly": "", "more-than": "more than ", "up-to": "up to ", "about": "about "}[fact.precision]
        figure = f": {precision}{fact.value:,} {fact.unit or ''}".rstrip()
    return f"{fact.title}{figure} ({fact.source.document}, {fact.source.passage}; as of {fact.as_of:%Y-%m-%d})"
