"""Masking: contacts and private names out of a text before anything is stored.

Telephone numbers of help lines are masked like all others, because no store may hold a number that somebody could be
reached by; short emergency numbers (112) stay readable, because help must stay readable.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from nlp.contract import Masked
from nlp.masking.addresses import find_emails, find_handles, find_links
from nlp.masking.cues import find_cued
from nlp.masking.digits import may_spell_digits
from nlp.masking.folding import fold
from nlp.masking.links import judge, publics
from nlp.masking.names import find_known
from nlp.masking.phones import find_phones
from nlp.masking.spans import Page, Span, free

__all__ = ["Masker"]

MAX_PASSES = 6  # masking once may show what stood behind; two passes settle real texts
_ADDRESS = re.compile(r"[@＠﹫/:／：]|www\.|\bat\b|\(at\)|\[at\]", re.IGNORECASE)
_DIGIT = re.compile("[\\d①-⑳⓪⓵-⓽❶-❿➀-➓⁰-₉²³¹]")


class Masker:
    """Masks phone numbers, e-mail addresses, handles, personal links and private names.

    `public`: addresses, handles and URLs of the catalogue's own sources, lower case; they stay readable.
    """

    def __init__(self, public: frozenset[str] = frozenset()) -> None:
        self._public = publics(public)

    def mask(self, text: str, *, names: Sequence[str] = ()) -> Masked:
        """The text with placeholders. `names`: private names known from markup. Deterministic and idempotent."""
        page = Page(text)
        for _ in range(MAX_PASSES):
            found = self._find(page.text, tuple(names))
            if not found:
                break
            page.mask(found)
        contacts = tuple(dict.fromkeys(pair for span in page.spans for pair in span.contacts))
        return Masked(
            text=page.text, contacts=contacts, replacements=tuple((span.start, span.end) for span in page.spans)
        )

    def link(self, url: str) -> tuple[str, tuple[tuple[str, str], ...]]:
        """(address as it may be stored, contacts); the address is empty where it leads to a person. Never raises."""
        verdict = judge(url, self._public)
        return verdict.url, verdict.contacts

    def _find(self, text: str, names: tuple[str, ...]) -> list[Span]:
        folded = fold(text)
        found: list[Span] = []
        kept: list[Span] = []
        if _ADDRESS.search(text):
            found, kept = find_links(folded, self._public)
            found = free(found, [])
            found = _more(found, kept, find_emails(folded))
            found = _more(found, kept, find_handles(folded, self._public))
        if _DIGIT.search(text) or may_spell_digits(folded):
            found = _more(found, kept, find_phones(folded, text))
        if names:
            found = _more(found, [], find_known(text, names))
        return _more(found, kept, find_cued(folded, found))


def _more(found: list[Span], kept: list[Span], new: object) -> list[Span]:
    return sorted([*found, *free(new, sorted([*found, *kept]))])  # type: ignore[arg-type]
