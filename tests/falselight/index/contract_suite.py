"""What every index must do, as sets and counts (never scores): subclass, and give an empty index as fixture `index`."""

from __future__ import annotations

import contextlib
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from falselight.index import BadQuery, Index, Query
from falselight.post import Author
from falselight.window import Window
from tests.falselight.index.documents import NOON, a_contact, a_document, a_tag

IRAQI = a_document(
    "iraqi", "الحُدود مفتوحة إلى ألمانيا", tags={"language": "ar", "lure": ["open-border", "logistics"]}, hours=1
)
KURDISH = a_document("kurdish", "سنوور کراوەتەوە بۆ ئەڵمانیا", tags={"language": "ckb", "lure": "open-border"}, hours=2)
ENGLISH = a_document(
    "english",
    "Flights from Erbil to Minsk, visa guaranteed. Visa-free entry to Minsk airport ✈️",
    tags={
        "language": "en",
        "relevant": "yes",
        "stance": "promotes",
        "lure": ["visa-offer"],
        "corridor": "eastern-land",
    },
    hours=3,
    title="Winter schedule",
    contacts=(a_contact("c0ffee"),),
)
POLISH = a_document(
    "polish", "Żołnierze strzegą granicy w Kuźnicy", tags={"language": "pl", "relevant": "no"}, hours=30
)
ALL = (IRAQI, KURDISH, ENGLISH, POLISH)


def found(index: Index, text: str = "", **query: object) -> set[str]:
    """Ids of all posts that a query finds, over all pages."""
    ids: list[str] = []
    after: str | None = None
    while True:
        page = index.search(Query(text=text, **query), size=2, after=after)  # type: ignore[arg-type]
        ids += [hit.document.post.id for hit in page.hits]
        after = page.after
        if after is None:
            assert len(ids) == len(set(ids)) == page.total == index.count(Query(text=text, **query))  # type: ignore[arg-type]
            return set(ids)


def ids_of(*documents: object) -> set[str]:
    return {document.post.id for document in documents}  # type: ignore[attr-defined]


class IndexContract:
    """The suite."""

    # --- storing

    def test_a_document_comes_back_as_it_was_put(self, index: Index) -> None:
        assert index.put(ALL) == []
        assert [index.get(document.post.id) for document in ALL] == list(ALL)
        assert index.get("rss-unknown") is None

    def test_putting_again_changes_nothing(self, index: Index) -> None:
        index.put(ALL)
        index.put(ALL)
        assert found(index) == ids_of(*ALL)
        assert index.terms(Query(), "language") == [("ar", 1), ("ckb", 1), ("en", 1), ("pl", 1)]

    def test_a_newer_version_replaces_text_and_values(self, index: Index) -> None:
        index.put([ENGLISH])
        newer = a_document("english", "The airline has stopped selling tickets", tags={"stance": "reports"}, version=2)
        index.put([newer])
        assert found(index, "guaranteed") == set()
        assert found(index, "tickets") == ids_of(newer)
        assert index.terms(Query(), "lure") == []
        assert index.get(ENGLISH.post.id) == newer

    def test_an_older_version_never_replaces_a_newer_one(self, index: Index) -> None:
        newer = a_document("english", "corrected", version=7)
        index.put([newer, ENGLISH])
        index.put([ENGLISH])
        assert index.get(ENGLISH.post.id) == newer
        assert found(index, "guaranteed") == set()

    def test_one_document_that_cannot_be_stored_costs_no_other(self, index: Index) -> None:
        broken = a_document("broken", channel="lone \ud800 surrogate")
        refused = index.put([broken, ENGLISH])
        assert [(one.post_id, one.reason) for one in refused] == [(broken.post.id, "not-storable")]
        assert refused[0].detail
        assert found(index) == ids_of(ENGLISH)

    def test_ids_come_with_their_versions_in_order_of_ids(self, index: Index) -> None:
        index.put([*ALL, a_document("english", version=9)])
        versions = dict.fromkeys(ids_of(*ALL), 1) | {ENGLISH.post.id: 9}
        assert list(index.ids()) == sorted(versions.items())

    # --- words

    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("minsk", [ENGLISH]),
            ("MINSK Erbil", [ENGLISH]),
            ("minsk warsaw", []),
            ('"visa guaranteed"', [ENGLISH]),
            ('"minsk erbil"', []),
            ("visa-free", [ENGLISH]),
            ("winter", [ENGLISH]),  # the title
            ("✈", [ENGLISH]),
            ("-minsk", [IRAQI, KURDISH, POLISH]),
            ('minsk -"visa guaranteed"', []),
            ("-minsk -الحدود", [KURDISH, POLISH]),
            ("الحدود", [IRAQI]),  # written with a haraka
            ("المانيا", [IRAQI]),  # written with hamza
            ("سنور", []),
            ("كراوەتەوە", [KURDISH]),  # Arabic keyboard: another kaf
            ("zolnierze KUZNICY", [POLISH]),  # no Polish keyboard
        ],
    )
    def test_words_phrases_and_exclusions(self, index: Index, text: str, expected: list[object]) -> None:
        index.put(ALL)
        assert found(index, text) == ids_of(*expected)

    def test_normalised_text_is_searched_beside_the_original(self, index: Index) -> None:
        masked = a_document("masked", "v.i.s.a f0r sale", normalised="visa for sale")
        index.put([masked])
        assert found(index, "visa sale") == found(index, "f0r") == ids_of(masked)

    @pytest.mark.parametrize(
        "text", ['"open border', "!!!", '""', "- ( ) *", "a " * 600, " ".join(map(str, range(100)))]
    )
    def test_a_query_that_means_nothing_is_refused_with_a_way_out(self, index: Index, text: str) -> None:
        with pytest.raises(BadQuery, match=r".{20,}"):
            index.search(Query(text=text))
        with pytest.raises(BadQuery):
            index.count(Query(text=text))

    @pytest.mark.parametrize(
        "text", ["AND", "OR NOT", "NEAR(a b)", "a* ^b", "original : c", "x' OR 1=1 --", "a\x00b", "\ud800a"]
    )
    def test_operators_of_the_engine_are_plain_words(self, index: Index, text: str) -> None:
        index.put(ALL)
        assert found(index, text) == set()

    @settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
    @given(text=st.text(st.characters() | st.sampled_from('"-*():^ ')))
    def test_any_text_is_answered_or_refused(self, index: Index, text: str) -> None:
        with contextlib.suppress(BadQuery):
            assert index.count(Query(text=text)) >= 0

    # --- highlights

    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("visa minsk", ["Minsk", "visa", "Visa", "Minsk"]),
            ('"visa guaranteed"', ["visa guaranteed"]),
            ("visa -warsaw", ["visa", "Visa"]),
            ("winter", ["Winter"]),
            ("", []),
        ],
    )
    def test_highlights_are_offsets_into_the_full_text(self, index: Index, text: str, expected: list[str]) -> None:
        index.put([ENGLISH])
        (hit,) = index.search(Query(text=text)).hits
        assert [hit.document.post.full_text[start:end] for start, end in hit.highlights] == expected

    def test_highlights_cover_the_word_as_it_was_written(self, index: Index) -> None:
        index.put([IRAQI])
        (hit,) = index.search(Query(text="الحدود")).hits
        assert [hit.document.post.full_text[start:end] for start, end in hit.highlights] == ["الحُدود"]

    # --- filters, counts, time

    @pytest.mark.parametrize(
        ("filters", "expected"),
        [
            ({"language": ["ar"]}, [IRAQI]),
            ({"language": ["ar", "ckb"]}, [IRAQI, KURDISH]),
            ({"language": ["ar", "ckb"], "lure": ["logistics"]}, [IRAQI]),
            ({"relevant": ["yes"], "stance": ["promotes"], "corridor": ["eastern-land"]}, [ENGLISH]),
            ({"contact": ["c0ffee"]}, [ENGLISH]),
            ({"author": ["outlet-a"], "author_kind": ["outlet"], "platform": ["rss"]}, ALL),
            ({"language": []}, ALL),
            ({"language": ["xx", "\ud800"]}, []),
        ],
    )
    def test_values_are_joined_by_or_and_fields_by_and(
        self, index: Index, filters: dict[str, list[str]], expected: list[object]
    ) -> None:
        index.put(ALL)
        assert found(index, filters=filters) == ids_of(*expected)

    def test_an_unknown_field_is_refused(self, index: Index) -> None:
        with pytest.raises(BadQuery, match="narrative"):
            index.count(Query(filters={"colour": ["red"]}))  # type: ignore[dict-item]
        with pytest.raises(BadQuery, match="narrative"):
            index.terms(Query(), "colour")  # type: ignore[arg-type]

    def test_terms_count_posts_most_first_then_by_value(self, index: Index) -> None:
        index.put(ALL)
        assert index.terms(Query(), "lure") == [("open-border", 2), ("logistics", 1), ("visa-offer", 1)]
        assert index.terms(Query(), "lure", size=1) == [("open-border", 2)]
        assert index.terms(Query(text="visa"), "lure") == [("visa-offer", 1)]
        assert index.terms(Query(text="nowhere"), "lure") == []

    def test_a_post_with_the_same_value_twice_counts_once(self, index: Index) -> None:
        twice = a_document(
            "twice", tags={"lure": ["visa-offer", "visa-offer"]}, contacts=(a_contact("a"), a_contact("a"))
        )
        index.put([twice])
        assert index.terms(Query(), "lure") == [("visa-offer", 1)]
        assert index.terms(Query(), "contact") == [("a", 1)]

    def test_groups_and_authors_can_be_counted(self, index: Index) -> None:
        person = Author(kind="person", key="person-1")
        index.put([a_document("a", group="g"), a_document("b", group="g"), a_document("c", author=person)])
        assert index.terms(Query(), "group") == [("g", 2)]
        assert index.terms(Query(filters={"author_kind": ["person"]}), "author") == [("person-1", 1)]

    def test_an_analysts_verdict_wins_over_a_models(self, index: Index) -> None:
        document = a_document("judged")
        tags = (a_tag("relevant", "yes", score=0.99), a_tag("relevant", "no", score=0.5, origin="analyst:anna"))
        index.put([type(document)(post=document.post, version=1, tags=tags)])
        assert index.terms(Query(), "relevant") == [("no", 1)]

    def test_a_window_is_half_open(self, index: Index) -> None:
        index.put(ALL)
        assert found(index, window=Window(NOON + timedelta(hours=1), NOON + timedelta(hours=3))) == ids_of(
            IRAQI, KURDISH
        )
        assert found(index, window=Window(NOON, NOON)) == set()
        both = Query(filters={"lure": ["open-border"]}, window=Window(NOON, NOON + timedelta(hours=2)))
        assert index.count(both) == 1

    def test_a_histogram_counts_from_1970_and_shows_empty_steps(self, index: Index) -> None:
        index.put([*ALL, a_document("later", hours=24 * 3)])
        days = [datetime(2021, 11, day, tzinfo=UTC) for day in (8, 9, 10, 11)]
        assert index.histogram(Query(), timedelta(days=1)) == list(zip(days, [3, 1, 0, 1], strict=True))
        assert index.histogram(Query(text="visa"), timedelta(days=1)) == [(days[0], 1)]
        assert index.histogram(Query(text="nowhere"), timedelta(days=1)) == []

    def test_a_histogram_holds_before_1970_and_at_the_edges_of_steps(self, index: Index) -> None:
        times = [
            datetime(1969, 12, 31, 23, tzinfo=UTC),
            datetime(1970, 1, 1, tzinfo=UTC),
            datetime(1970, 1, 1, 1, tzinfo=UTC),
        ]
        index.put(a_document(str(at), published_at=at) for at in times)
        assert index.histogram(Query(), timedelta(hours=1)) == [(at, 1) for at in times]

    def test_a_histogram_of_too_many_steps_is_refused(self, index: Index) -> None:
        index.put([a_document("old", published_at=datetime(1996, 1, 1, tzinfo=UTC)), ENGLISH])
        with pytest.raises(BadQuery, match="longer steps"):
            index.histogram(Query(), timedelta(minutes=1))
        with pytest.raises(ValueError, match="positive"):
            index.histogram(Query(), timedelta(0))

    # --- paging

    def test_pages_are_newest_first_with_ties_by_id(self, index: Index) -> None:
        documents = [a_document(str(n), hours=n // 4) for n in range(23)]
        index.put(documents)
        wanted = [d.post.id for d in sorted(documents, key=lambda d: (-d.post.published_at.timestamp(), d.post.id))]
        seen: list[str] = []
        after: str | None = None
        while True:
            page = index.search(Query(), size=5, after=after)
            assert page.total == 23
            seen += [hit.document.post.id for hit in page.hits]
            after = page.after
            if after is None:
                break
        assert seen == wanted

    def test_pages_stay_where_they_are_while_new_posts_arrive(self, index: Index) -> None:
        index.put(a_document(str(n), hours=n) for n in range(10))
        first = index.search(Query(), size=5)
        index.put(a_document(f"new {n}", hours=100 + n) for n in range(10))
        second = index.search(Query(), size=5, after=first.after)
        seen = [hit.document.post.id for hit in (*first.hits, *second.hits)]
        assert len(set(seen)) == 10
        assert second.after is None

    def test_an_invented_page_is_refused(self, index: Index) -> None:
        for after in ("", "5", "zz:rss-1", "99999999999999999999:x", "\ud800"):
            with pytest.raises(BadQuery, match="first page"):
                index.search(Query(), after=after)

    # --- removing

    def test_deleting_by_id_source_or_author_takes_words_and_counts_along(self, index: Index) -> None:
        person = Author(kind="person", key="person-1")
        elsewhere = a_document("elsewhere", source="other", tags={"lure": "visa-offer"})
        private = a_document("private", author=person, tags={"lure": "visa-offer"})
        index.put([*ALL, elsewhere, private])
        assert index.delete(ids=[ENGLISH.post.id, ENGLISH.post.id, "rss-unknown"]) == 1
        assert index.delete(author="person-1") == 1
        assert index.delete(source="other") == 1
        assert index.delete(source="other") == 0
        assert found(index) == ids_of(IRAQI, KURDISH, POLISH)
        assert found(index, "minsk") == set()
        assert index.terms(Query(), "lure") == [("open-border", 2), ("logistics", 1)]
        assert index.get(ENGLISH.post.id) is None

    def test_a_deleted_post_can_be_put_again(self, index: Index) -> None:
        index.put([a_document("english", version=5)])
        index.delete(ids=[ENGLISH.post.id])
        index.put([ENGLISH])
        assert index.get(ENGLISH.post.id) == ENGLISH
