"""How fast the embedded index answers what a page asks: `python bench/index.py [POSTS]` (default 100,000).

One request is what the search page does: the newest 20 hits with highlights, ten facets, the histogram. Words follow
Zipf's law over 30,000 words in two alphabets, with 60 words a post and the labels as frequent as in the sample.
"""

from __future__ import annotations

import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path

from falselight.index import Document, Field, Query
from falselight.index.sqlite import SqliteIndex
from falselight.post import Author, Contact, Post
from falselight.tags import Tag, TagKind
from falselight.window import Window

START = datetime(2021, 9, 1, tzinfo=UTC)
FACETS: tuple[Field, ...] = (
    *("language", "platform", "source", "channel", "relevant", "stance", "narrative", "lure", "corridor", "route"),
)
LABELS: dict[TagKind, tuple[str, ...]] = {
    "language": ("ar", "en", "ru", "fa", "ckb", "tr", "fr", "de", "pl", "kmr"),
    "relevant": ("no", "yes"),
    "stance": ("promotes", "reports", "counters", "asks"),
    "narrative": ("eu-hostile", "regime-benefactor", "blame-deflection", "invasion", "eu-collapse"),
    "lure": ("visa-offer", "transport-offer", "guaranteed-entry", "open-border", "logistics"),
    "corridor": ("eastern-land", "eastern-mediterranean", "western-balkan", "channel"),
    "route": tuple(f"{a}>BY>{b}" for a in ("IQ", "SY", "LB", "AF") for b in ("PL", "DE", "LT", "")),
}
CHUNK = 1_000


def words(chance: random.Random) -> tuple[list[str], list[float]]:
    """Made-up words with Zipf's weights."""
    alphabets = ("abcdefghiklmnoprstuvz", "ابتجدرسعفقكلمنهوي")
    made = ["".join(chance.choices(alphabets[n % 2], k=chance.randint(3, 9))) for n in range(30_000)]
    weights = [1 / (rank + 10) for rank in range(len(made))]
    return made, weights


def posts(count: int, chance: random.Random) -> Iterator[Document]:
    """So many posts over 120 days."""
    vocabulary, weights = words(chance)
    for n in range(count):
        text = " ".join(chance.choices(vocabulary, weights, k=60))
        at = START + timedelta(seconds=chance.randrange(120 * 86_400))
        yield document(n, text, at, chance)


def document(n: int, text: str, at: datetime, chance: random.Random) -> Document:
    """One post with the tags that chance gives it."""
    source = chance.randrange(60)
    post = Post(
        id=f"telegram-{n:024x}",
        source=f"source-{source}",
        platform=("rss", "telegram", "file")[source % 3],
        channel=f"channel-{source}-{chance.randrange(5)}",
        url="https://outlet.example/1",
        text=text,
        published_at=at,
        collected_at=at,
        author=Author(kind="channel", key=f"channel-{source}"),
        raw="evidence-1",
        contacts=(Contact(kind="phone", key=f"{chance.randrange(9_000):020x}"),) if n % 5 == 0 else (),
    )
    kinds = [kind for kind in LABELS if kind in ("language", "relevant") or chance.random() < 0.4]
    tags = tuple(
        Tag(post_id=post.id, kind=kind, value=chance.choice(LABELS[kind]), score=0.9, origin="model:bench@1",
            taxonomy_version="1", at=at)
        for kind in kinds
    )  # fmt: skip
    return Document(post=post, version=1, tags=tags, normalised=text)


def build(index: SqliteIndex, count: int) -> float:
    """Fill the index; posts per second."""
    chance = random.Random(1)
    documents = posts(count, chance)
    seconds = 0.0
    while chunk := list(islice(documents, CHUNK)):
        start = time.perf_counter()
        index.put(chunk)
        seconds += time.perf_counter() - start
    return count / seconds


def queries() -> dict[str, Callable[[random.Random], Query]]:
    """The kinds of question, each with words, labels and times of its own at every call."""
    vocabulary, _ = words(random.Random(1))

    def month(chance: random.Random) -> Window:
        return Window.before(START + timedelta(days=chance.randint(10, 120), seconds=chance.random()), timedelta(7))

    return {
        "everything": lambda chance: Query(window=Window(START, START + timedelta(days=120, seconds=chance.random()))),
        "one week": lambda chance: Query(window=month(chance)),
        "a frequent word": lambda chance: Query(text=vocabulary[chance.randrange(20)]),
        "a usual word": lambda chance: Query(text=vocabulary[chance.randrange(20, 2_000)]),
        "a rare word": lambda chance: Query(text=vocabulary[chance.randrange(2_000, 30_000)]),
        "two words, one not": lambda chance: Query(
            text=f"{vocabulary[chance.randrange(50)]} {vocabulary[chance.randrange(500)]} -{vocabulary[chance.randrange(50)]}"
        ),
        "labels in a week": lambda chance: Query(
            filters={"language": ["ar", "ckb"], "lure": [chance.choice(LABELS["lure"])]}, window=month(chance)
        ),
        "a word with a label": lambda chance: Query(
            text=vocabulary[chance.randrange(200)], filters={"corridor": [chance.choice(LABELS["corridor"])]}
        ),
    }


def request(index: SqliteIndex, query: Query) -> int:
    """What the search page asks; returns how many posts were found."""
    found = index.search(query, size=20)
    for name in FACETS:
        index.terms(query, name)
    index.histogram(query, timedelta(days=1))
    return found.total


def main(count: int) -> None:
    """Build, ask, print."""
    with tempfile.TemporaryDirectory() as folder:
        index = SqliteIndex(Path(folder) / "index.sqlite")
        print(f"put           {build(index, count):8,.0f} posts/s")
        print(f"file          {(Path(folder) / 'index.sqlite').stat().st_size / 1e6:8,.0f} MB")
        everything: list[float] = []
        cpu: list[float] = []  # beside other work the clock says more about the neighbours than about the index
        for name, make in queries().items():
            chance = random.Random(2)
            milliseconds, found = [], []
            for _ in range(25):
                query = make(chance)
                start, start_cpu = time.perf_counter(), time.thread_time()
                found.append(request(index, query))
                milliseconds.append((time.perf_counter() - start) * 1000)
                cpu.append((time.thread_time() - start_cpu) * 1000)
            everything += milliseconds
            print(f"{name:20}  p50 {statistics.median(milliseconds):6.1f} ms   p95 {p95(milliseconds):6.1f} ms"
                  f"   finds {statistics.median(found):,.0f}")  # fmt: skip
        print(f"{'all':20}  p50 {statistics.median(everything):6.1f} ms   p95 {p95(everything):6.1f} ms")
        print(f"{'all, CPU time':20}  p50 {statistics.median(cpu):6.1f} ms   p95 {p95(cpu):6.1f} ms")
        index.close()


def p95(values: list[float]) -> float:
    """The 95th percentile."""
    return statistics.quantiles(values, n=20)[-1]


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000)
