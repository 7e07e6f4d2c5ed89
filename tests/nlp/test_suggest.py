"""Suggesting phrases: the statistics by hand, what is never proposed, and what counts as growth."""

from __future__ import annotations

from collections.abc import Iterable
from math import log, sqrt

import pytest

from nlp.lexicon.suggest import Seen, Suggestion, suggest, z_score
from nlp.lexicon.terms import cut, proposable

NEWS = (
    "the council talked about roads and schools all evening",
    "the football club bought a young striker before the season",
    "heavy rain is expected in the hills after the weekend",
    "the museum shows old maps and coins until spring",
    "prices of bread and milk rose again in autumn",
    "a new library opened its doors beside the river",
)
ADVERTS = (
    "seats left for the night, ask for the purple minibus, bring warm clothes",
    "tomorrow again: purple minibus from the old station, children half price",
    "my cousin took the purple minibus last week and slept all the way",
    "write soon, the purple minibus fills up quickly in this season",
)


def seen(
    text: str, *, lure: str = "", source: str = "a", language: str = "en", recent: bool = True, group: str = ""
) -> Seen:
    lures = frozenset({lure} if lure else ())
    return Seen(group=group or text, source=source, language=language, register="post", text=text, lures=lures, recent=recent)  # fmt: skip


def world(adverts: Iterable[str] = ADVERTS, **more: object) -> list[Seen]:
    """News without a lure, five variants each, and adverts of two sources in turn."""
    posts = [
        seen(f"{text} {word}") for text in NEWS for word in ("today", "once more", "we hear", "they say", "so far")
    ]
    return posts + [seen(text, lure="transport-offer", source="ab"[n % 2], **more) for n, text in enumerate(adverts)]  # type: ignore[arg-type]


def phrases(rows: Iterable[Suggestion]) -> set[str]:
    return {row.phrase for row in rows}


def test_z_is_that_of_monroe_colaresi_and_quinn() -> None:
    prior = 0.001 * 500
    odds = log((6 + prior) / (500 + 500 - 6 - prior)) - log((2 + prior) / (9_000 + 500 - 2 - prior))
    expected = odds / sqrt(1 / (6 + prior) + 1 / (2 + prior))
    assert z_score(6, 500, 2, 9_000, share=0.001, weight=500) == pytest.approx(expected)


def test_z_has_no_preference_where_both_say_it_alike_and_turns_with_the_sides() -> None:
    assert z_score(5, 500, 5, 500, share=0.01, weight=500) == pytest.approx(0)
    more, less = (z_score(*counts, share=0.01, weight=500) for counts in ((9, 500, 5, 500), (5, 500, 9, 500)))
    assert more == pytest.approx(-less)
    assert more > 0


def test_a_phrase_beside_a_lure_in_three_posts_of_two_sources_is_proposed() -> None:
    rows = suggest(world())
    (row,) = [row for row in rows if row.phrase == "purple minibus"]
    assert (row.lure, row.language, row.posts, row.sources, row.others, row.before) == (
        "transport-offer",
        "en",
        4,
        2,
        0,
        0,
    )
    assert row.z >= 1.96


def test_the_longest_of_phrases_that_stand_together_is_enough() -> None:
    assert "minibus" not in phrases(suggest(world()))


def test_grammar_and_what_everybody_says_is_not_proposed() -> None:
    found = phrases(suggest(world()))
    assert not {"the", "all", "for the", "season", "the purple minibus"} & found


def test_two_posts_or_one_source_are_no_growth() -> None:
    assert suggest(world(ADVERTS[:2])) == []
    one_source = [seen(text, lure="transport-offer") for text in ADVERTS]
    assert suggest([*world(()), *one_source]) == []


def test_copies_of_one_text_count_once() -> None:
    copies = [seen(ADVERTS[0], lure="transport-offer", source=source, group="g") for source in "abcdef"]
    assert suggest([*world(()), *copies]) == []


def test_what_was_said_as_often_before_has_not_grown() -> None:
    earlier = [seen(f"{text} earlier", lure="transport-offer", recent=False) for text in ADVERTS]
    assert "purple minibus" not in phrases(suggest([*world(), *earlier]))
    (row,) = [row for row in suggest([*world(), *earlier[:1]]) if row.phrase == "purple minibus"]
    assert row.before == 1


def test_languages_and_lures_are_counted_apart_and_unknown_ones_not_at_all() -> None:
    german = [seen(text, lure="transport-offer", source=text[:3], language="de") for text in ADVERTS[:2]]
    unknown = [seen(text, lure="transport-offer", source=text[:3], language="und") for text in ADVERTS]
    assert suggest([*world(ADVERTS[2:]), *german, *unknown]) == []


def test_top_limits_each_lure_and_language() -> None:
    assert len(suggest(world(), top=1)) == 1


@pytest.mark.parametrize(
    ("text", "never"),
    [
        ("guaranteed visa from us", {"guaranteed visa", "guaranteed", "visa"}),
        ("visa without interview here", {"visa without interview", "visa without", "without interview"}),
        ("a taxi from Minsk to Berlin", {"minsk", "berlin", "taxi from minsk", "minsk to berlin"}),
        ("call [phone] or [handle] or [link]", {"phone", "handle", "link", "call phone"}),
        ("see https://a.example/cheap and @cheap_boats_example now", {"cheap", "https", "example", "boats", "cheap_boats_example"}),
        ("only 2500 euro", {"2500", "2500 euro", "only 2500"}),
        ("we go to it", {"we", "to", "it", "go to", "we go"}),
        ("السفر من بغداد إلى مينسك", {"بغداد", "مينسك", "السفر من بغداد"}),
    ],
)  # fmt: skip
def test_known_phrases_places_contacts_prices_and_small_words_are_never_proposed(text: str, never: set[str]) -> None:
    language = "ar" if "\u0600" < text[0] < "\u0700" else "en"
    assert not {term for term, _, _ in proposable(cut(text), language)} & never


def test_a_phrase_never_reaches_over_a_sentence_or_a_masked_contact() -> None:
    terms = {term for term, _, _ in cut("green door. Blue [phone] window").all()}
    assert terms == {"green", "door", "green door", "blue", "window"}


def test_a_phrase_is_shown_as_people_write_it() -> None:
    written = ["شاحنة البطيخ الليلة", "في شاحنة البطيخ مكان", "شاحنة البطيخ جاهزة"]
    posts = [seen(text, lure="transport-offer", source="ab"[n % 2], language="ar") for n, text in enumerate(written)]
    others = [seen(f"خبر رقم {n} عن السوق والمدرسة", language="ar") for n in range(30)]
    assert "شاحنة البطيخ" in phrases(suggest([*posts, *others]))
