"""What an analyst types into the search box: words, "phrases" and -excluded ones."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from falselight.index.contract import BadQuery
from falselight.index.folding import Fold, folded_tokens, token_spans

MAX_CHARS = 1_000  # a pasted paragraph; longer ones are looked for through their copies, not through words
MAX_TERMS = 60  # FTS5 parses an expression on a stack of 100

# Keyboards and phones write quotes and minus signs in several ways.
_QUOTES = str.maketrans(dict.fromkeys("“”„‟«»″", '"'))
_TERM = re.compile(r'(?P<minus>(?<!\S)[-−–])?(?:"(?P<phrase>[^"]*)"|(?P<word>[^\s"]+))')

Term = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Wording:
    """What must and what must not occur; a term is the folded tokens of a word or phrase, next to each other."""

    wanted: tuple[Term, ...] = ()
    excluded: tuple[Term, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.wanted or self.excluded)

    def spans(self, text: str, fold: Fold) -> tuple[tuple[int, int], ...]:
        """Offsets into `text` of every wanted term, in order; spans that overlap are joined."""
        written = list(token_spans(text, fold))
        found = sorted(span for term in self.wanted for span in _occurrences(term, written))
        return tuple(_joined(found))


def read_wording(text: str, fold: Fold) -> Wording:
    """The terms of a query text. Raises BadQuery with how to write it."""
    text = text.translate(_QUOTES)
    if len(text) > MAX_CHARS:
        raise BadQuery(f"The search text has {len(text):,} characters; at most {MAX_CHARS:,} are possible.")
    if text.count('"') % 2:
        raise BadQuery('A quotation mark has no partner: write "open border" with one before and one after.')
    wanted: list[Term] = []
    excluded: list[Term] = []
    for match in _TERM.finditer(text):
        if term := tuple(folded_tokens(match["phrase"] or match["word"] or "", fold)):
            (excluded if match["minus"] else wanted).append(term)
    return _checked(Wording(tuple(dict.fromkeys(wanted)), tuple(dict.fromkeys(excluded))), text)


def _checked(wording: Wording, text: str) -> Wording:
    if text.strip() and not wording:
        raise BadQuery(f"Nothing to look for in {text.strip()[:40]!r}: write at least one word.")
    if len(wording.wanted) + len(wording.excluded) > MAX_TERMS:
        raise BadQuery(f"More than {MAX_TERMS} words: leave some out, or put what belongs together in quotation marks.")
    return wording


def _occurrences(term: Term, written: list[tuple[str, int, int]]) -> Iterator[tuple[int, int]]:
    for at in range(len(written) - len(term) + 1):
        if all(written[at + n][0] == token for n, token in enumerate(term)):
            yield written[at][1], written[at + len(term) - 1][2]


def _joined(spans: list[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    start, end = -1, -1
    for first, last in spans:
        if first > end:
            if end > start:
                yield start, end
            start, end = first, last
        end = max(end, last)
    if end > start:
        yield start, end
