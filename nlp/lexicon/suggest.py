"""Phrases that grow beside known lures: log-odds with an informative Dirichlet prior.

Monroe, Colaresi, Quinn (2008), "Fightin' Words", Political Analysis 16(4), equations 15, 16, 22. The words of posts with a
lure are held against those of the other posts of the same language; what the language says anyway is the prior, so that
neither its common words nor a word met twice come out on top. Rejected: raw frequency (finds grammar), tf-idf and
chi-square (find typing errors).
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from math import log, sqrt

from nlp.lexicon.terms import cut, proposable

MIN_POSTS, MIN_SOURCES = 3, 2  # one author's pet phrase is no sign of growth
MIN_Z = 1.96  # two-sided 5 %; a person decides, so more would only hide what is young


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """A post as it is counted. `group`: the same for copies of one text, which count once; `lures`: labels it is tagged with.

    `recent`: inside the window; others are from the window before and only say what is not new.
    """

    group: str
    source: str
    language: str
    register: str
    text: str
    lures: frozenset[str]
    recent: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestion:
    """A phrase that a person may accept. `phrase`: as most posts write it; `z`: standard deviations above the other posts.

    `posts`: texts with the lure and the phrase, copies counted once; `before`: the same in the window before; `others`:
    texts with the phrase and without the lure; `sources`: how many sources carried `posts`; `register`: of most of them.
    """

    lure: str
    language: str
    phrase: str
    z: float
    posts: int
    before: int
    others: int
    sources: int
    register: str


def suggest(posts: Iterable[Seen], *, top: int = 10) -> list[Suggestion]:
    """At most `top` phrases per lure and language, best first. Texts of unknown language (`und`) have no lexicon."""
    languages: dict[str, list[_Text]] = defaultdict(list)
    for text in _without_copies(posts):
        languages[text.post.language].append(text)
    rows: list[Suggestion] = []
    for language in sorted(languages.keys() - {"und"}):
        rows += _in_one_language(languages[language], top)
    return rows


def z_score(here: int, here_total: int, there: int, there_total: int, *, share: float, weight: float) -> float:
    """How far a term's log-odds here exceed those there, in standard deviations.

    `here`, `there`: counts of the term; `…_total`: of all terms; `share`: the term's share of the background (0–1,
    above 0); `weight`: how many terms the prior is worth.
    """
    prior = share * weight
    odds = [
        (count + prior) / (total + weight - count - prior)
        for count, total in ((here, here_total), (there, there_total))
    ]
    return (log(odds[0]) - log(odds[1])) / sqrt(1 / (here + prior) + 1 / (there + prior))


@dataclass(slots=True)
class _Text:
    """One text that is there once or in copies. `terms`: those that are candidates; `total`: how many different ones in all."""

    post: Seen
    sources: set[str]
    terms: frozenset[str] = frozenset()
    total: int = 0


def _without_copies(posts: Iterable[Seen]) -> list[_Text]:
    texts: dict[tuple[str, bool], _Text] = {}
    for post in posts:
        texts.setdefault((post.group, post.recent), _Text(post, set())).sources.add(post.source)
    return list(texts.values())


def _in_one_language(texts: Sequence[_Text], top: int) -> Iterator[Suggestion]:
    lures = sorted({lure for text in texts if text.post.recent for lure in text.post.lures})
    candidates = {lure: _candidates([t for t in texts if t.post.recent and lure in t.post.lures]) for lure in lures}
    wanted = frozenset(term for found in candidates.values() for term in found)
    for text in texts if wanted else ():
        terms = {term for term, _, _ in cut(text.post.text).all()}
        text.terms, text.total = wanted & terms, len(terms)
    for lure in lures:
        rows = _longest(_rows(lure, candidates[lure], texts))
        yield from sorted(rows, key=lambda row: (-row.z, row.phrase))[:top]


@dataclass(slots=True)
class _Places:
    """Where a candidate stands: the texts, and how they write it."""

    texts: list[_Text]
    written: Counter[str]


def _candidates(tagged: Sequence[_Text]) -> dict[str, _Places]:
    """Proposable terms in enough texts of enough sources."""
    found: dict[str, _Places] = {}
    for text in tagged:
        terms = cut(text.post.text)
        for term, first, last in proposable(terms, text.post.language):
            places = found.setdefault(term, _Places([], Counter()))
            if not places.texts or places.texts[-1] is not text:
                places.texts.append(text)
                places.written[terms.written(first, last)] += 1
    return {term: places for term, places in found.items() if _is_spread(places.texts)}


def _is_spread(texts: Sequence[_Text]) -> bool:
    return len(texts) >= MIN_POSTS and len(set().union(*(text.sources for text in texts))) >= MIN_SOURCES


def _rows(lure: str, candidates: dict[str, _Places], texts: Sequence[_Text]) -> list[Suggestion]:
    """The candidates that stand out beside the lure and did not stand there as often before."""
    recent, earlier = ([text for text in texts if text.post.recent is when] for when in (True, False))
    here, there = (_counts([t for t in recent if (lure in t.post.lures) is tagged]) for tagged in (True, False))
    everywhere, before = _counts(texts), _counts([text for text in earlier if lure in text.post.lures])
    rows = []
    for term, places in candidates.items():
        share = everywhere.of[term] / everywhere.total
        if share == 1:  # nobody says anything else: there is nothing to hold it against
            continue
        # The prior weighs as much as what is observed beside the lure: what two texts say moves little.
        z = z_score(here.of[term], here.total, there.of[term], there.total, share=share, weight=here.total)
        if z >= MIN_Z and here.of[term] > before.of[term]:
            rows.append(_row(lure, places, z=z, before=before.of[term], others=there.of[term]))
    return rows


@dataclass(frozen=True, slots=True)
class _Counts:
    """In how many texts each candidate stands; `total`: how many different terms these texts have, added up."""

    of: Counter[str]
    total: int


def _counts(texts: Iterable[_Text]) -> _Counts:
    counts: Counter[str] = Counter()
    total = 0
    for text in texts:
        counts.update(text.terms)
        total += text.total
    return _Counts(counts, total)


def _row(lure: str, places: _Places, *, z: float, before: int, others: int) -> Suggestion:
    return Suggestion(
        lure=lure,
        language=places.texts[0].post.language,
        phrase=places.written.most_common(1)[0][0],
        z=round(z, 2),
        posts=len(places.texts),
        before=before,
        others=others,
        sources=len(set().union(*(text.sources for text in places.texts))),
        register=Counter(text.post.register for text in places.texts).most_common(1)[0][0],
    )


def _longest(rows: Sequence[Suggestion]) -> Iterator[Suggestion]:
    """Without the phrases that stand only inside a longer one."""
    for row in rows:
        padded = f" {row.phrase} "
        if not any(padded in f" {other.phrase} " and other is not row and other.posts >= row.posts for other in rows):
            yield row
