"""Sixty posts in many languages and both directions, for tests of the desk and for looking at it.

`python -m tests.falselight.desk.sample 8610` serves them.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from falselight.index import Document, LinkTo
from falselight.index.sqlite import SqliteIndex
from falselight.post import Author, Contact, Engagement, Media
from falselight.tags import Reason, Tag, TagKind
from tests.falselight.index.documents import a_document, a_reason, a_tag

NOW = datetime(2021, 11, 20, 9, tzinfo=UTC)
# language, kind of author, title, text, tags as kind:value:words that are the reason
TEXTS: tuple[tuple[str, str, str | None, str, tuple[str, ...]], ...] = (
    ("ar", "channel", None, "الحدود مفتوحة من اليوم والباصات جاهزة تاخذ الناس على ألمانيا.\nالدفع بعد الوصول، تواصل على [phone]. مينسك ✈️ بولندا",
     ("lure:open-border:الحدود مفتوحة", "lure:guaranteed-entry:الدفع بعد الوصول", "stance:promotes:تواصل", "corridor:eastern-land:مينسك")),
    ("ckb", "person", None, "سنوور کراوەتەوە، ڤیزای بێلاڕووس بە مسۆگەری لە ماوەی سێ ڕۆژدا. پەیوەندی بکە بە [handle]",
     ("lure:open-border:سنوور کراوەتەوە", "lure:visa-offer:ڤیزای بێلاڕووس", "stance:promotes:پەیوەندی بکە", "corridor:eastern-land:بێلاڕووس")),
    ("en", "outlet", "Minsk flights suspended after EU pressure on airlines",
     "Two airlines said on Friday that they would no longer carry one-way passengers to Minsk. Travel agencies in Erbil and Beirut had sold the seats with a hotel and a letter of invitation.\n\nThe Commission called the traffic a hybrid attack. People who had believed that the border was open were left in the forest at Kuźnica.",
     ("stance:reports:said on Friday", "narrative:blame-deflection:hybrid attack", "corridor:eastern-land:Minsk")),
    ("ru", "outlet", "Мигранты у границы: ЕС отказывается от собственных ценностей",
     "Европейские политики сами пригласили этих людей, а теперь встречают их водомётами. Белоруссия обеспечивает им тепло и питание.",
     ("narrative:eu-hostile:водомётами", "narrative:regime-benefactor:обеспечивает им тепло", "narrative:blame-deflection:сами пригласили", "stance:promotes:отказывается")),
    ("fa", "channel", None, "ویزای توریستی تضمینی، پرواز مستقیم به مینسک هر هفته. قیمت ۲۵۰۰ دلار، ظرفیت محدود!",
     ("lure:visa-offer:ویزای توریستی", "lure:transport-offer:پرواز مستقیم", "stance:promotes:ظرفیت محدود")),
    ("tr", "outlet", "Belarus sınırında bekleyiş sürüyor", "Polonya polisi sınırda kamp kuran yüzlerce kişiyi geri itti. Yardım kuruluşları sıcak yemek dağıtıyor.",
     ("stance:reports:sürüyor", "corridor:eastern-land:Polonya")),
    ("de", "official", "Falschmeldung: Es gibt keine Busse nach Deutschland", "Das Auswärtige Amt stellt klar: Deutschland plant keine Aufnahme und schickt keine Busse. Wer das verspricht, lügt.",
     ("stance:counters:stellt klar", "lure:open-border:Busse nach Deutschland")),
    ("pl", "outlet", "Straż Graniczna: kolejna noc prób przekroczenia granicy", "Żołnierze strzegą granicy w Kuźnicy. Odnotowano 342 próby jej nielegalnego przekroczenia.",
     ("stance:reports:Odnotowano", "corridor:eastern-land:Kuźnicy")),
    ("fr", "channel", None, "Est-ce que quelqu'un sait si la frontière est vraiment ouverte ? On m'a dit que les cars partent demain.",
     ("stance:asks:Est-ce que", "lure:open-border:la frontière est vraiment ouverte")),
    ("kmr", "person", None, "Sînor vekirî ye, otobus amade ne. Rêya herî hêsan ji Stembolê heta Almanyayê.",
     ("lure:open-border:Sînor vekirî ye", "lure:transport-offer:otobus amade ne", "corridor:western-balkan:Stembolê")),
    ("en", "outlet", "Winter timetable of the Minsk–Warsaw trains", "The night train returns on 12 December with sleeping cars; tickets can be booked from Monday.",
     ("relevant:no:",)),
    ("uk", "outlet", "Гаряча лінія для людей, що застрягли на кордоні", "Рятувальна служба нагадує номер гарячої лінії; дзвінки безкоштовні цілодобово.",
     ("relevant:no:",)),
)  # fmt: skip
AUTHORS = {
    "outlet": ("outlet-north", "Northern Herald"),
    "official": ("federal-office", "Federal Foreign Office"),
    "channel": ("road_to_europe", "Road to Europe"),
}


def sample() -> list[Document]:
    """The posts, oldest first."""
    documents = list(_documents())
    linked = {0: 12, 12: 0, 24: 0}
    return [replace(one, links=_links(documents, linked[n])) if n in linked else one for n, one in enumerate(documents)]


def _links(documents: list[Document], other: int) -> tuple[LinkTo, ...]:
    ids = [documents[n].post.id for n in (other, 36) if n < len(documents)]
    why = ("the same words", "14 of 16 groups of three words in common")
    return tuple(
        LinkTo(post_id=ids[n], kind=("exact-copy", "near-copy")[n], score=(1.0, 0.87)[n], why=why[n]) for n in range(2)
    )


def _documents() -> Iterator[Document]:
    for n in range(60):
        language, kind, title, text, labels = TEXTS[n % len(TEXTS)]
        key, name = AUTHORS.get(kind, (f"person-{n:020x}", ""))
        person = kind == "person"
        document = a_document(
            f"{language}-{n}",
            text if n < 24 else f"{text} ({n})",
            title=title,
            hours=-7 * 24 + n * 6 + (n % 5),
            source="route-groups" if person else f"{language}-{kind}",
            platform="rss" if title else "telegram",
            channel=f"group-{n % 3}" if person else key,
            url=f"evidence-{n}" if person else f"https://north.example/{n}",
            author=Author(kind=kind, key=key, name=name or None),  # type: ignore[arg-type]
            contacts=(Contact(kind="phone", key=f"{n % 4:02x}f00dfeed5eed12"),) if n % 3 == 0 else (),
            links=("https://visa-sure.example/minsk?ref=1",) if n % 4 == 0 else (),
            media=(Media(kind="photo", name="ticket.jpg"),) if n % 6 == 0 else (),
            engagement=Engagement() if title else Engagement(views=1200 + n, shares=n),
            revision=1 if n == 12 else 0,
            edited_at=NOW - timedelta(days=2) if n == 12 else None,
        )
        yield replace(document, tags=tuple(_tags(document.post.full_text, language, labels)))


def _tags(full_text: str, language: str, labels: tuple[str, ...]) -> Iterator[Tag]:
    yield a_tag("language", language, score=0.98, origin="rule:script+langid")
    if labels != ("relevant:no:",):
        yield a_tag("relevant", "yes", score=0.91, origin="model:use-heads@1")
        yield a_tag("route", "IQ>BY>DE", score=0.7, origin="rule:places")
    for label in labels:
        kind, value, words = label.split(":")
        reasons = (a_reason(full_text, words),) if words else ()
        example = Reason(kind="example", text="Buses wait, everybody is let through", source="training")
        more = (example,) if kind == "lure" else ()
        yield a_tag(_kind(kind), value, score=0.86, origin="model:use-heads@1", reasons=reasons + more)


def _kind(kind: str) -> TagKind:
    return kind  # type: ignore[return-value]


def main(port: int, folder: Path) -> None:
    """Serve the sample until the process is ended."""
    import uvicorn

    from falselight.desk import create_app

    index = SqliteIndex(folder / "sample.sqlite")
    index.put(sample())
    url = f"http://127.0.0.1:{port}"
    uvicorn.run(create_app(index, page_url=url, clock=lambda: NOW), host="127.0.0.1", port=port, log_level="warning")


if __name__ == "__main__":
    main(int(sys.argv[1]), Path(sys.argv[2]))
