"""What in a text speaks for the part that a country plays: signs by name, weighed by what training found (parts.py).

A sign is a short text such as `l1 через`: learning and reading build it here alike, so that both see the same.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from nlp.components.evidence import movement_places
from nlp.components.language import language_of
from nlp.components.reading import PlaceHit, Reading
from nlp.lexicon.rules import country_rules

# A text that names more countries is weighed by five: those with a direction word first.
MAX_COUNTRIES = 5
# Of a country that is named a hundred times the first places say enough.
_MAX_HITS = 8
# What stands at the beginning says what a text is about; more words would only cost time.
_WORDS_READ, _NEAR_WORDS = 300, 6
_LETTERS = 5


@dataclass(frozen=True, slots=True)
class Named:
    """A country with the places of it that the text names, in order, at most eight."""

    code: str
    hits: tuple[PlaceHit, ...]

    def forms(self) -> str:
        """How it is named: `n` by a name, `d` by an adjective or people, `f` by a flag."""
        return "".join(sorted({hit.form[0] for hit in self.hits}))

    def cues(self) -> str:
        """What the words around it say: `o`, `t`, `d`, and `-` where one says nothing."""
        return "".join(sorted({hit.role[0] if hit.role else "-" for hit in self.hits}))


def named_countries(places: Sequence[PlaceHit]) -> tuple[Named, ...]:
    """Countries in the order in which the text first names them, at most five."""
    found: dict[str, list[PlaceHit]] = {}
    for hit in places:
        if hit.country is not None and hit.country != "EU" and hit.type != "sea":
            found.setdefault(hit.country, []).append(hit)
    named = [Named(code, tuple(hits[:_MAX_HITS])) for code, hits in found.items()]
    if len(named) > MAX_COUNTRIES:
        first = sorted(named, key=lambda country: all(hit.role is None for hit in country.hits))[:MAX_COUNTRIES]
        named = [country for country in named if country in first]
    return tuple(named)


@cache
def group_of(code: str) -> str:
    """Where on the ways a country lies: `o` left, `e` left or passed, `t` passed, `d0`-`d3` reached, `x` elsewhere."""
    rules = country_rules()
    for group, codes in (("o", rules.origin), ("e", rules.either), ("t", rules.transit)):
        if code in codes:
            return group
    return f"d{min(rules.rank[code] // 3, 3)}" if code in rules.rank else "x"


def country_signs(reading: Reading, named: Sequence[Named], at: int) -> set[str]:
    """Signs for the part of the country at that place of the order."""
    country = named[at]
    code, group, forms = country.code, group_of(country.code), country.forms()
    found = {
        "any",
        f"c {code}",
        f"g {group}",
        f"c {code} {forms}",
        f"f {forms} {group}",
        f"cues {country.cues()} {group}",
    }
    found |= {f"first {country.hits[0].form[0]} {country.cues()}", f"times {min(len(country.hits), 4)} {group}"}
    found |= {f"place {min(at, 3)} {at == len(named) - 1} {group}", f"alone {len(named) == 1} {group}"}
    for other in named:
        if other is not country:
            found |= {f"with {code} {other.code}", f"with {group} {group_of(other.code)}"}
            found.add(f"beside {country.cues()} {other.cues()}")
    found.add(_distance_sign(code, named))
    for hit in country.hits:
        found.update(_hit_signs(reading, hit, group))
    return found


def _distance_sign(code: str, named: Sequence[Named]) -> str:
    """Whether it lies as far along the ways as any other that is named."""
    rank = country_rules().rank
    others = [rank[other.code] for other in named if other.code != code and other.code in rank]
    return f"farthest {code in rank and rank[code] >= max(others, default=0)} {bool(others)}"


def _hit_signs(reading: Reading, hit: PlaceHit, group: str) -> list[str]:
    """Signs of one place: its role and kind, the words beside it, its ending, whether anybody moves nearby."""
    role, form = (hit.role or "-")[0], hit.form[0]
    found = [f"role {role} {form} {group}", f"role {role} {hit.type}"]
    if hit.first < 0:
        return found
    keys, breaks = reading.words.keys, reading.words.breaks
    before = keys[hit.first - 1] if hit.first > 0 and hit.first not in breaks else "^"
    after = keys[hit.last] if hit.last < len(keys) and hit.last not in breaks else "$"
    found += [f"l1 {before}", f"r1 {after}", f"l2 {keys[hit.first - 2] if hit.first > 1 else '^'} {before}"]
    found += [f"r2 {after} {keys[hit.last + 1] if hit.last + 1 < len(keys) else '$'}"]
    found += [f"end {language_of(reading).code} {form} {hit.ending}", f"end2 {form} {keys[hit.last - 1][-2:]}"]
    near = any(hit.first - _NEAR_WORDS <= word < hit.last + _NEAR_WORDS for word in movement_places(reading))
    found.append(f"moves {near} {role} {form}")
    return found


def pair_signs(reading: Reading, one: Named, other: Named) -> set[str]:
    """Signs for the parts of two countries together; `one` is named first."""
    groups, cues = (group_of(one.code), group_of(other.code)), (one.cues(), other.cues())
    far = _words_between(reading, one, other)
    return {
        "any",
        f"g {groups[0]} {groups[1]}",
        f"c {one.code} {other.code}",
        f"cues {cues[0]} {cues[1]}",
        f"far {far}",
        f"far {far} {groups[0]} {groups[1]}",
    }


def _words_between(reading: Reading, one: Named, other: Named) -> str:
    """`flag`, `near`, `sentence` or `away`: how close the two come to each other."""
    pairs = [(a, b) for a in one.hits for b in other.hits if a.first >= 0 <= b.first]
    if not pairs:
        return "flag"
    first, last = min((sorted((a.first, b.first)) for a, b in pairs), key=lambda pair: pair[1] - pair[0])
    if any(first < word <= last for word in reading.words.breaks):
        return "away"
    return "near" if last - first <= _NEAR_WORDS else "sentence"


def text_signs(reading: Reading, named: Sequence[Named]) -> set[str]:
    """Signs that anybody moves at all: phrases found, prices, questions, words of travelling, the beginnings of all words."""
    found = {f"hit {hit.kind} {hit.label}" for hit in reading.hits or ()} | {"any"}
    found |= {f"hit {hit.kind}" for hit in reading.hits or ()}
    found |= {"price"} if reading.prices else set()
    found |= {"question"} if "?" in reading.folded.text or "؟" in reading.folded.text else set()
    found |= {f"moves {min(len(movement_places(reading)), 4)}", f"countries {len(named)}"}
    found |= {f"eu {hit.role}" for hit in reading.places or () if hit.country == "EU"}
    found |= {f"long {min(len(reading.words.keys) // 15, 5)}"}
    for country in named:
        found |= {f"c {country.code}", f"f {country.forms()} {group_of(country.code)}", f"cues {country.cues()}"}
        found |= {f"cues {country.cues()} {group_of(country.code)}"}
    return found | {f"w {key[:_LETTERS]}" for key in reading.words.keys[:_WORDS_READ]}
