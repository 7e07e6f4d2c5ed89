"""What stands around a run of digits: signs that it is a telephone number, signs that it is something else."""

from __future__ import annotations

import re
from functools import cache, cached_property

from nlp.masking.data import flat, load, plain
from nlp.masking.folding import GAP
from nlp.masking.numbers import parse

MAX_PARSES = 2500  # at 0.16 ms each 0.4 s a text; a post has some ten
MAX_JUDGED = 12_000  # stretches of digits, at some 0.03 ms each
_BEFORE_CHARS = 40  # a cue and a few words: "WhatsApp only, after six: …"
_AFTER_CHARS = 18  # "… (WhatsApp)"
_WORD = re.compile(r"[^\W\d_][^\W\d_\x00'’]*(?:\x00+[^\W\d_]+)*")
_CURRENCY = frozenset("$€£¥₽₴₺₹₾₼﷼؋¢")
_SCRIPTS = {
    "Latin": re.compile("[a-zA-Z]"), "Arabic": re.compile("[\u0620-\u06ff]"), "Cyrillic": re.compile("[\u0400-\u04ff]"),
    "Greek": re.compile("[\u0370-\u03ff]"), "Devanagari": re.compile("[\u0900-\u097f]"),
    "Bengali": re.compile("[\u0980-\u09ff]"), "Ethiopic": re.compile("[\u1200-\u137f]"),
}  # fmt: skip
_AFTER_UNIT = re.compile(r"[\s\x00]{0,3}([^\W\d_]+²?\.?|%)")


@cache
def _calling_code() -> re.Pattern[str]:
    cues = "|".join(
        sorted((re.escape(plain(word)) for word in load("phones")["calling_code_cues"]), key=len, reverse=True)
    )
    return re.compile(rf"(?<!\w)(?:{cues})\W{{0,4}}?\+?(\d{{1,3}})(?!\d)")


class Around:
    """Looks at the words near a place. `original`: the same text unfolded, for signs such as ☎."""

    def __init__(self, folded: str, original: str) -> None:
        self.text = folded
        self._original = original
        self.judged = 0
        self._parses = 0

    def parse(self, number: str, region: str | None = None) -> tuple[str, bool] | None:
        """`numbers.parse`, counted: it is what costs time here."""
        self._parses += 1
        return parse(number, region)

    @property
    def exhausted(self) -> bool:
        """Whether this text has had its share of work; what remains is then masked unjudged."""
        return self.judged > MAX_JUDGED or self._parses > MAX_PARSES

    @cached_property
    def regions(self) -> tuple[str, ...]:
        """Countries whose numbering may be meant, most likely first."""
        known: dict[str, list[str]] = load("phones")["regions"]
        found = (
            region for script, regions in known.items() if _SCRIPTS[script].search(self.text) for region in regions
        )
        return tuple(dict.fromkeys(found)) or tuple(known["Latin"])

    def cued(self, start: int, end: int) -> bool:
        """Whether a telephone sign or word stands near."""
        first, last = max(0, start - _BEFORE_CHARS), end + _AFTER_CHARS
        near = self._original[first:start] + self._original[end:last].partition("\n")[0]
        if any(sign in near for sign in load("phones")["cues"]["sign"]):
            return True
        words = _WORD.findall(self.text[first:start]) + _WORD.findall(self.text[end:last].partition("\n")[0])
        return any(plain(word) in flat("phones", "cues") for word in words)

    def amount(self, start: int, end: int) -> bool:
        """Whether a currency or a unit makes it an amount."""
        before = self.text[max(0, start - 3) : start].strip(" \x00")
        after = self.text[end : end + 3].strip(" \x00")
        if not _CURRENCY.isdisjoint({before[-1:], after[:1]}):
            return True
        unit = _AFTER_UNIT.match(self.text, end)
        return unit is not None and plain(unit.group(1)) in flat("phones", "units")

    def numbered(self, start: int) -> bool:
        """Whether the word directly before says that it is some other number."""
        before = self.text[max(0, start - 16) : start].replace(GAP, "").rstrip(" :.=-(")
        last = re.search(r"(?:[^\W\d_]+[.°]?|[#№])$", before)
        return last is not None and plain(last.group().rstrip(".")) in flat("phones", "other_numbers")

    def glued(self, start: int, end: int) -> bool:
        """Whether a Latin letter touches it, as in flight numbers, passports, hashes."""
        sides = self.text[start - 1 : start] + self.text[end : end + 1]
        return any(char.isascii() and (char.isalpha() or char in "=&%") for char in sides)

    def ends_phrase(self, end: int) -> bool:
        """Whether no word follows on the same line."""
        rest = self.text[end : end + 6].partition("\n")[0].strip(" \x00\x02.)")
        return not rest[:1].isalnum()

    def calling_code(self, start: int, end: int) -> str:
        """A calling code that was written apart, empty where there is none."""
        for part in (self.text[end : end + 30], self.text[max(0, start - 30) : start]):
            match = _calling_code().search("".join(plain(char) or " " for char in part))
            if match:
                return match.group(1)
        return ""
