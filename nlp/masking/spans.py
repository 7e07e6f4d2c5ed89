"""Places to be masked, and the text without them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from nlp.masking.folding import PLACEHOLDERS


class Span(NamedTuple):
    """A place, half-open. `shown`: key of PLACEHOLDERS; `contacts`: (kind, canonical value) pairs, empty for names."""

    start: int
    end: int
    shown: str
    contacts: tuple[tuple[str, str], ...] = ()


def free(spans: Iterable[Span], taken: list[Span]) -> list[Span]:
    """The spans that touch none of `taken` (sorted), in order; of two that overlap the earlier, then the longer."""
    kept: list[Span] = []
    at = 0
    for span in sorted(spans, key=lambda span: (span.start, -span.end)):
        while at < len(taken) and taken[at].end <= span.start:
            at += 1
        clear = at == len(taken) or taken[at].start >= span.end
        if clear and (not kept or kept[-1].end <= span.start):
            kept.append(span)
    return kept


class Page:
    """A text with masked places. Later passes see the masked text; places are kept in the original's characters."""

    def __init__(self, original: str) -> None:
        self.original = original
        self.text = original
        self.spans: list[Span] = []

    def mask(self, found: Iterable[Span]) -> None:
        """Take out places of the current text; they never overlap a placeholder or each other."""
        moved = list(self._back(sorted(found)))
        self.spans = sorted([*self.spans, *moved])
        parts: list[str] = []
        at = 0
        for span in self.spans:
            parts += self.original[at : span.start], PLACEHOLDERS[span.shown]
            at = span.end
        self.text = "".join(parts) + self.original[at:]

    def _back(self, found: list[Span]) -> Iterator[Span]:
        """Places of the current text as places of the original; `moved`: how far the text before a place has moved."""
        moved = at = 0
        for span in found:
            while at < len(self.spans) and self.spans[at].start + moved < span.start:
                old = self.spans[at]
                moved += len(PLACEHOLDERS[old.shown]) - (old.end - old.start)
                at += 1
            yield Span(span.start - moved, span.end - moved, span.shown, span.contacts)
