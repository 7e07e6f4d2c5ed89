"""Feed documents in any state: what is kept, what is refused, and what the refusal says."""

from __future__ import annotations

import time
import tracemalloc
from datetime import UTC, datetime

import pytest

from connectors.rss import CONNECTOR
from falselight.post import Draft, Refused
from tests.connectors.making import NOW, drafts, make_raw, make_source, refused

HEAD = '<?xml version="1.0" encoding="utf-8"?><rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/"><channel>'
FOOT = "</channel></rss>"


def item(title: str = "A title", number: int = 1, extra: str = "") -> str:
    return (
        f"<item><title>{title}</title><link>http://feed.example/{number}</link><guid>g{number}</guid>"
        f"<description>Text of {number}</description><pubDate>Mon, 18 Oct 2021 10:00:00 GMT</pubDate>{extra}</item>"
    )


def rss(*items: str) -> bytes:
    return (HEAD + "".join(items) + FOOT).encode()


def parse(payload: bytes, content_type: str = "application/rss+xml", **fields) -> list[Draft | Refused]:
    return list(CONNECTOR.parse([make_raw(payload, content_type=content_type)], make_source(**fields)))


def only(payload: bytes, **fields) -> Draft:
    (found,) = parse(payload, **fields)
    assert isinstance(found, Draft), found
    return found


def reason(payload: bytes, **fields) -> Refused:
    (found,) = parse(payload, **fields)
    assert isinstance(found, Refused), found
    return found


@pytest.mark.parametrize(
    ("payload", "code", "says"),
    [
        (b"", "empty", "open the address in a browser"),
        (b" \n\xef\xbb\xbf ", "empty", "open the address in a browser"),
        (
            b"<!DOCTYPE html><html><head><title>Welcome</title></head><body><rss/></body></html>",
            "not-a-feed",
            "an HTML page",
        ),
        (b'{"version": "https://jsonfeed.org/version/1.1"}', "not-a-feed", "JSON in place of a feed"),
        (b'<?xml version="1.0"?><urlset><url/></urlset>', "not-a-feed", "XML with the root <urlset>"),
        (b"Service unavailable", "not-a-feed", "no XML in place of a feed"),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "not-a-feed", "correct it in the catalogue"),
    ],
)
def test_page_that_is_no_feed_is_one_refusal(payload: bytes, code: str, says: str) -> None:
    found = reason(payload)
    assert (found.reason, found.where) == (code, "http://feed.example/rss.xml")
    assert says in found.detail


def test_truncated_feed_keeps_its_whole_items_and_says_where_it_broke_off() -> None:
    whole = rss(item(number=1), item(number=2), item(number=3))
    found = parse(whole[: whole.index(b"Text of 3") + 4])
    assert [draft.native_id for draft in drafts(found)] == ["feed.example:g1", "feed.example:g2"]
    (broken,) = refused(found)
    assert broken.reason == "truncated"
    assert "breaks off at character" in broken.detail
    assert "after 2 whole items, which were kept" in broken.detail
    assert "tell the outlet" in broken.detail


def test_feed_that_breaks_off_before_its_first_item_is_refused() -> None:
    assert reason(HEAD.encode()).reason == "truncated"


@pytest.mark.parametrize("flavour", ["atom", "rdf"])
def test_truncated_atom_and_rdf_keep_their_whole_entries_too(flavour: str) -> None:
    atom = '<feed xmlns="http://www.w3.org/2005/Atom"><entry><title>One</title><id>urn:1</id></entry><entry><title>Tw'
    rdf = (
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"><channel/>'
        '<item rdf:about="urn:1"><title>One</title></item><item rdf:about="urn:2"><tit'
    )
    found = parse((atom if flavour == "atom" else rdf).encode())
    assert [draft.title for draft in drafts(found)] == ["One"]
    assert [each.reason for each in refused(found)] == ["truncated"]


def test_entity_expansion_is_refused_without_being_expanded() -> None:
    levels = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 12))
    bomb = (
        f'<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY e0 "lol">{levels}]><rss><channel>{item("&e11;")}</channel></rss>'
    )
    tracemalloc.start()
    start = time.monotonic()
    found = reason(bomb.encode())
    assert time.monotonic() - start < 2
    assert tracemalloc.get_traced_memory()[1] < 20_000_000
    tracemalloc.stop()
    assert found.reason == "entity-expansion"
    assert "nothing was expanded. Look at the evidence, stop the source" in found.detail


def test_entity_that_reads_a_file_is_refused() -> None:
    xxe = f'<!DOCTYPE rss [<!ENTITY x SYSTEM "file:///etc/passwd">]><rss><channel>{item("&x;")}</channel></rss>'
    found = reason(xxe.encode())
    assert found.reason == "entity-expansion"
    assert "would read another file" in found.detail


def test_one_large_entity_used_often_is_not_expanded_either() -> None:
    big = "A" * 100_000
    quadratic = f'<!DOCTYPE rss [<!ENTITY a "{big}">]><rss><channel>{item("&a;" * 1_000)}</channel></rss>'
    found = parse(quadratic.encode())
    assert all(len(draft.title or "") < 10_000 for draft in drafts(found))


def test_harmless_doctype_of_old_feeds_is_no_obstacle() -> None:
    netscape = (
        '<!DOCTYPE rss PUBLIC "-//Netscape Communications//DTD RSS 0.91//EN" "http://my.netscape.com/rss-0.91.dtd">'
    )
    assert only(f'<?xml version="1.0"?>{netscape}<rss version="0.91"><channel>{item()}</channel></rss>'.encode()).title


@pytest.mark.parametrize(
    ("encoding", "declared", "sent", "languages"),
    [
        ("utf-8", "utf-8", "", ("ru",)),
        ("windows-1251", "windows-1251", "", ("ru",)),
        ("utf-8", "windows-1251", "; charset=windows-1251", ("ru",)),  # both lie
        ("windows-1251", "utf-8", "; charset=utf-8", ("ru",)),  # both lie the other way
        ("windows-1251", "no-such-encoding", "", ("ru",)),
        ("koi8-r", "utf-8", "; charset=koi8-r", ("ru",)),
        ("utf-16", "utf-16", "", ("ru",)),
        ("utf-16-le", "utf-8", "", ("ru",)),
        ("utf-8-sig", "iso-8859-1", "", ("ru",)),
    ],
)
def test_text_is_read_whatever_is_said_of_its_encoding(encoding, declared, sent, languages) -> None:
    title = "Граница открыта — очереди нет"
    body = rss(item(title)).decode().replace('encoding="utf-8"', f'encoding="{declared}"').replace("—", "-")
    draft = only(body.encode(encoding), content_type=f"application/xml{sent}", languages=languages)
    assert draft.title == title.replace("—", "-")


def test_few_damaged_letters_do_not_turn_the_feed_into_another_encoding() -> None:
    body = rss(item("Свет на границе " * 20)).replace("ц".encode(), b"\xd1", 1)
    assert "Свет на гра" in (only(body, languages=("ru",)).title or "")


def test_feed_behind_a_warning_of_its_server_is_read() -> None:
    assert (
        only(b"<br />\n<b>Warning</b>: mysql is tired in /var/www on line 3<br />\n" + rss(item())).title == "A title"
    )


def test_feed_with_unescaped_ampersand_and_unknown_entity_is_read() -> None:
    draft = only(rss(item("Bread & roses&nbsp;today &mdash; free")))
    assert draft.title == "Bread & roses today — free"


def test_same_bytes_give_the_same_drafts() -> None:
    body = rss(item(), item("Other", 2))
    assert parse(body) == parse(body)


def test_item_of_a_megabyte_comes_through_with_its_neighbours() -> None:
    long = "word " * 200_000
    found = drafts(
        parse(rss(item(number=1), item(number=2, extra=f"<content:encoded>{long}</content:encoded>"), item(number=3)))
    )
    assert len(found) == 3
    large = "<p>" + long + "</p>"
    found = drafts(
        parse(
            rss(item(number=1, extra=""), f"<item><guid>x</guid><description><![CDATA[{large}]]></description></item>")
        )
    )
    assert len(found[1].text) > 900_000


def test_nul_surrogates_and_overrides_cost_nobody_anything() -> None:
    bad = "a\x00b &#0; &#xD800; &#xFFFF; \x1f \u202eevil\u202c end"
    found = drafts(parse(rss(item(number=1), item(bad, 2), item(number=3))))
    assert [draft.native_id for draft in found] == [f"feed.example:g{n}" for n in (1, 2, 3)]
    title = found[1].title or ""
    assert "\x00" not in title
    assert "\u202eevil" in title  # taken out when the post is protected, not here: evidence parses the same for ever
    title.encode()


def test_same_id_twice_comes_through_in_order() -> None:
    found = drafts(parse(rss(item("First", 1), item("Second", 1))))
    assert [(draft.native_id, draft.title) for draft in found] == [
        ("feed.example:g1", "First"),
        ("feed.example:g1", "Second"),
    ]


def test_missing_guid_falls_back_to_the_link_without_what_changes() -> None:
    first = only(
        rss("<item><title>T</title><link>http://www.feed.example/a/?utm_source=rss&amp;id=7#top</link></item>")
    )
    again = only(rss("<item><title>T!</title><link>https://feed.example/a?id=7</link></item>"))
    assert first.native_id == again.native_id == "//feed.example/a?id=7"
    assert first.url == "http://www.feed.example/a/?id=7"


def test_missing_guid_and_link_fall_back_to_title_and_date() -> None:
    body = rss(
        "<item><title>T</title><pubDate>Mon, 18 Oct 2021 10:00:00 GMT</pubDate><description>x</description></item>"
    )
    other = body.replace(b"18 Oct", b"19 Oct")
    assert only(body).native_id == only(body).native_id != only(other).native_id
    assert only(body).native_id.startswith("an-outlet:")


def test_item_without_anything_stable_is_refused_and_its_neighbour_kept() -> None:
    found = parse(rss("<item><description>Only words</description></item>", item()))
    assert [each.reason for each in refused(found)] == ["no-id"]
    assert "could not be told from a new item" in refused(found)[0].detail
    assert len(drafts(found)) == 1


def test_short_guids_of_two_outlets_are_two_ids() -> None:
    ours = "<item><guid>17</guid><title>T</title><link>http://one.example/a</link></item>"
    assert only(rss(ours)).native_id == "one.example:17"
    assert only(rss(ours.replace("one.", "two."))).native_id == "two.example:17"


@pytest.mark.parametrize(
    "guid",
    ["tag:x.example,2021:7", "urn:uuid:0b6f0b8f", "https://x.example/?p=7", "0B6F0B8F-0000-4A53-9A62-0B6F0B8F3C11"],
)
def test_guid_of_the_whole_world_is_the_id_wherever_it_is_found(guid: str) -> None:
    assert only(rss(f"<item><guid>{guid}</guid><title>T</title></item>")).native_id == guid


def test_item_without_title_and_text_is_refused_with_its_id() -> None:
    found = reason(rss("<item><guid>17</guid><link>http://feed.example/17</link></item>"))
    assert (found.native_id, found.reason) == ("feed.example:17", "no-text")


@pytest.mark.parametrize(
    ("date", "moment"),
    [
        ("", NOW),  # as old as its first sight
        ("Mon, 18 Oct 2021 10:00:00", datetime(2021, 10, 18, 10, tzinfo=UTC)),
        ("Mon, 18 Oct 2021 10:00:00 +0300", datetime(2021, 10, 18, 7, tzinfo=UTC)),
        ("2021-10-18T10:00:00+03:00", datetime(2021, 10, 18, 7, tzinfo=UTC)),
        ("Thu,28 Jul 2022 4:35:5 GMT+9", datetime(2022, 7, 27, 19, 35, 5, tzinfo=UTC)),  # The Korea Times
        ("Thu, 01 Jan 1970 00:00:00 GMT", datetime(1970, 1, 1, tzinfo=UTC)),  # judged when the post is protected
        ("Sun, 01 Jan 2099 00:00:00 GMT", datetime(2099, 1, 1, tzinfo=UTC)),
    ],
)
def test_date_is_read_as_it_is_meant(date: str, moment: datetime) -> None:
    field = f"<pubDate>{date}</pubDate>" if date else ""
    assert only(rss(f"<item><guid>1</guid><title>T</title>{field}</item>")).published_at == moment


def test_date_that_cannot_be_read_is_refused_with_its_words() -> None:
    found = reason(rss("<item><guid>1</guid><title>T</title><pubDate>Пн, 18 окт 2021</pubDate></item>"))
    assert found.reason == "bad-date"
    assert "'Пн, 18 окт 2021' cannot be read" in found.detail
    assert "extend the parser and replay" in found.detail


def test_feed_of_too_many_items_is_cut_and_says_so() -> None:
    found = parse(rss(*(item(number=n) for n in range(2_500))))
    assert len(drafts(found)) == 2_000
    assert [each.reason for each in refused(found)] == ["too-many-items"]
    assert "only the first 2,000 items were kept; find a shorter feed" in refused(found)[0].detail
