"""Text cut into passages and pieces, so that a template can mark words without building HTML."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """Characters to be marked. `kind`: the class of the mark; `tip`: what a reader is told about it."""

    start: int
    end: int
    kind: str
    tip: str = ""


@dataclass(frozen=True, slots=True)
class Piece:
    """Text with the marks that lie on all of it; none where `kinds` is empty."""

    text: str
    kinds: tuple[str, ...] = ()
    tips: tuple[str, ...] = ()


def pieces(text: str, marks: Sequence[Mark], start: int = 0, end: int | None = None) -> list[Piece]:
    """`text[start:end]` cut wherever a mark begins or ends; where marks overlap, a piece has all of them."""
    end = len(text) if end is None else end
    inside = [mark for mark in marks if mark.start < end and mark.end > start and mark.start < mark.end]
    edges = {start, end, *(at for mark in inside for at in (mark.start, mark.end) if start < at < end)}
    places = sorted(edges)
    return [_piece(text, inside, first, last) for first, last in pairwise(places)]


def _piece(text: str, marks: Sequence[Mark], first: int, last: int) -> Piece:
    on = [mark for mark in marks if mark.start <= first and last <= mark.end]
    kinds = tuple(dict.fromkeys(mark.kind for mark in on))
    return Piece(text[first:last], kinds, tuple(dict.fromkeys(mark.tip for mark in on if mark.tip)))


def passages(text: str, marks: Sequence[Mark], start: int = 0) -> Iterator[list[Piece]]:
    """The lines of a text from `start` on, each as pieces: a line has its own direction. Empty lines are left out."""
    at = start
    for line in text[start:].split("\n"):
        if line.strip():
            yield pieces(text, marks, at, at + len(line))
        at += len(line) + 1


def excerpt(text: str, marks: Sequence[Mark], start: int = 0, length: int = 320) -> list[Piece]:
    """Some `length` characters around the first mark at or after `start`, cut at words, with ellipses."""
    first = min((mark.start for mark in marks if mark.start >= start), default=start)
    left = start if first - start < length // 2 else _word_start(text, first - length // 3)
    right = len(text) if len(text) - left <= length else _word_end(text, left + length)
    cut = pieces(text, marks, left, right)
    before = [Piece("… ")] if left > start else []
    return [*before, *cut, *([Piece(" …")] if right < len(text) else [])]


def _word_start(text: str, at: int) -> int:
    space = text.find(" ", at, at + 40)
    return space + 1 if space >= 0 else at


def _word_end(text: str, at: int) -> int:
    space = text.rfind(" ", at - 40, at)
    return space if space >= 0 else at
