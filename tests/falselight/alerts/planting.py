"""Posts that tests plant in an index: as few words as possible say what matters."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from falselight.ids import post_id
from falselight.index import Document, Index
from falselight.post import Author, Post
from falselight.tags import Tag, TagKind

NOW = datetime(2021, 11, 8, 7, 0, tzinfo=UTC)

BORDER = "The gate at the crossing is open since this morning, soldiers let families walk through. Write to [handle]."
SORANI = (
    "🚨 سنوور لە ئەمڕۆوە کراوەتەوە، پاسەکان ئامادەن و هەموو کەس وەردەگرن. WhatsApp: [phone] https://t.me/reya_ewropa"
)
ARABIC = "🇧🇾 فيزا بيلاروسيا جاهزة خلال ٧ أيام عمل\nدعوة + تأمين صحي + حجز فندق\nومن مينسك نكمل معك لحد ألمانيا\nواتساب [phone]"
KURMANJI = "Silav hevalno! Ji Mînskê heta Almanyayê bi erebeyê, 2.800 € kesek. Pere piştî gihîştinê tê dayîn."
DARI = "سرحد از امروز باز شده و جرمنی همه را قبول می‌کند، زودتر حرکت کنید. کانال ما: t.me/sarhad_baz"
RUSSIAN = "Границу открыли сегодня ночью, гуманитарный коридор работает, пускают всех с детьми."


def document(
    number: int,
    *,
    at: datetime = NOW - timedelta(hours=2),
    text: str = BORDER,
    title: str | None = None,
    language: str = "en",
    channel: str = "road_one_example",
    name: str | None = None,
    platform: str = "telegram",
    kind: Any = "channel",
    stance: str = "promotes",
    lures: Sequence[str] = ("open-border",),
    narratives: Sequence[str] = (),
    corridor: str | None = "eastern-land",
    relevant: str = "yes",
    group: str | None = None,
) -> Document:
    """One tagged post of the index."""
    key = post_id(platform, f"{channel}/{number}")
    values: list[tuple[TagKind, str]] = [("language", language), ("relevant", relevant), ("stance", stance)]
    values += [("lure", lure) for lure in lures] + [("narrative", narrative) for narrative in narratives]
    values += [("corridor", corridor)] if corridor else []
    post = Post(
        id=key, source="planted", platform=platform, channel=channel, url=f"https://t.me/{channel}/{number}", text=text,
        title=title, published_at=at, collected_at=at + timedelta(minutes=5), raw=f"planted/{number}",
        author=Author(kind=kind, key=channel if kind != "person" else "person-0123456789", name=name),
    )  # fmt: skip
    tags = tuple(
        Tag(post_id=key, kind=tag, value=value, score=0.9, origin="rule:planted", taxonomy_version="1", at=at)
        for tag, value in values
    )
    return Document(post=post, version=1, tags=tags, group=group)


def burst(count: int, *, channels: int = 3, hours_ago: float = 2, first: int = 0, **like: Any) -> list[Document]:
    """So many posts within an hour, spread over so many channels."""
    at = NOW - timedelta(hours=hours_ago)
    return [
        document(
            first + number,
            at=at + timedelta(seconds=number),
            channel=f"road_{number % channels}_example",
            **like,
        )
        for number in range(count)
    ]


def plant(index: Index, *documents: Document) -> None:
    """Put posts into the index; all must be taken."""
    assert index.put(documents) == []


def many_languages() -> list[Document]:
    """A burst as it looks in real life: five languages, copies, an outlet with a title, a private person."""
    texts = [(SORANI, "ckb"), (ARABIC, "ar"), (KURMANJI, "kmr"), (DARI, "prs"), (BORDER, "en"), (RUSSIAN, "ru")]
    posts = []
    for number in range(17):
        text, language = texts[number % len(texts)]
        lures = ("open-border", "call-to-gather") if number % 2 else ("open-border", "transport-offer")
        group = "telegram-copies" if number % len(texts) == 0 else None
        at = NOW - timedelta(hours=1 + number * 1.3)
        posts.append(
            document(
                number,
                at=at,
                text=text,
                language=language,
                lures=lures,
                group=group,
                channel=f"road_{number % 6}_example",
            )
        )
    posts.append(
        document(
            90,
            at=NOW - timedelta(minutes=20),
            text=RUSSIAN,
            title="Граница открыта: автобусы ждут",
            language="ru",
            channel="vestnik",
            name="Вестник границы",
            platform="rss",
            kind="outlet",
            narratives=("regime-benefactor",),
        )
    )
    posts.append(
        document(
            91,
            at=NOW - timedelta(minutes=40),
            text=ARABIC,
            language="ar",
            kind="person",
            platform="facebook",
            channel="group-1",
            lures=("visa-offer",),
        )
    )
    narrative = "Europe shoots at children while our people bring them bread and blankets."
    posts += burst(4, hours_ago=9, first=200, text=narrative, lures=(), narratives=("eu-hostile", "regime-benefactor"))
    posts += burst(5, hours_ago=30, first=300)
    posts += burst(3, hours_ago=5, first=400, text="Police warn: the offers are a fraud.", stance="counters")
    posts += burst(
        2, hours_ago=6, first=500, corridor="central-mediterranean", lures=("transport-offer",), text="Boat on Friday."
    )
    return posts
