"""What of an entry becomes the draft."""

from __future__ import annotations

from datetime import UTC, datetime

from connectors.rss import CONNECTOR
from falselight.post import Draft, Media
from tests.connectors.making import make_raw, make_source

FEED = """<?xml version="1.0"?><rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/"
 xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:media="http://search.yahoo.com/mrss/"
 xmlns:atom="http://www.w3.org/2005/Atom"><channel><language>fr-FR</language>{}</channel></rss>"""


def entry(fields: str, **source) -> Draft:
    payload = FEED.format(f"<item><guid>1</guid>{fields}</item>").encode()
    (found,) = CONNECTOR.parse([make_raw(payload)], make_source(**source))
    assert isinstance(found, Draft), found
    return found


def test_title_has_no_markup_even_when_escaped_twice() -> None:
    assert (
        entry("<title>&amp;lt;b&amp;gt;Sea &amp;amp;amp; land&amp;lt;/b&amp;gt;\n  today</title>").title
        == "Sea & land today"
    )
    assert entry("<title><![CDATA[1 < 2 &quot;quoted&quot;]]></title>").title == '1 < 2 "quoted"'


def test_paragraphs_of_the_text_are_kept_and_scripts_are_not() -> None:
    html = "<p>One <b>two</b>.</p><script>track()</script><p>Three<br/>four</p><ul><li>five</li></ul><!-- six -->"
    assert (
        entry(f"<title>T</title><description><![CDATA[{html}]]></description>").text
        == "One two.\n\nThree\nfour\n\nfive"
    )


def test_full_content_goes_before_the_summary() -> None:
    fields = "<title>T</title><description>Short.</description><content:encoded><![CDATA[<p>The whole story.</p>]]></content:encoded>"
    assert entry(fields).text == "The whole story."


def test_text_escaped_twice_is_read_as_markup() -> None:
    text = "<description>&amp;lt;p&amp;gt;One&amp;lt;/p&amp;gt;&amp;lt;p&amp;gt;two&amp;lt;/p&amp;gt;</description>"
    assert entry("<title>T</title>" + text).text == "One\n\ntwo"


def test_by_lines_are_masked_and_not_kept() -> None:
    draft = entry("<title>T</title><dc:creator><![CDATA[By Anna Nowak and Jan Kowalski]]></dc:creator>")
    assert draft.private_names == ("Anna Nowak", "Jan Kowalski")
    assert (draft.author_kind, draft.author_id, draft.author_name) == ("outlet", "an-outlet", "An Outlet")


def test_desk_or_outlet_as_by_line_masks_no_ordinary_words() -> None:
    assert entry("<title>T</title><dc:creator>Editors</dc:creator>").private_names == ()
    assert entry("<title>T</title><dc:creator>An Outlet</dc:creator>").private_names == ()


def test_links_of_the_text_are_kept_without_tracking() -> None:
    html = '<a href="/b?utm_medium=rss&id=1">b</a> <a href="mailto:x@y.example">m</a> <a href="#top">t</a>'
    draft = entry(
        f"<title>T</title><link>http://feed.example/a?fbclid=1</link><description><![CDATA[{html}]]></description>"
    )
    assert draft.url == "http://feed.example/a"
    assert draft.links == ("http://feed.example/a", "http://feed.example/b?id=1")


def test_pictures_and_enclosures_are_named_by_kind() -> None:
    draft = entry(
        '<title>T</title><media:thumbnail url="http://feed.example/t.jpg"/><enclosure url="http://feed.example/s.mp3" '
        'type="audio/mpeg" length="1"/><media:content url="http://feed.example/f.mp4" medium="video"/>'
    )
    assert set(draft.media) == {
        Media(kind="photo", url="http://feed.example/t.jpg"),
        Media(kind="audio", url="http://feed.example/s.mp3"),
        Media(kind="video", url="http://feed.example/f.mp4"),
    }


def test_later_update_is_the_time_of_the_edit() -> None:
    dates = "<pubDate>Mon, 18 Oct 2021 10:00:00 GMT</pubDate><atom:updated>2021-10-18T12:00:00Z</atom:updated>"
    assert entry("<title>T</title>" + dates).edited_at == datetime(2021, 10, 18, 12, tzinfo=UTC)
    assert entry("<title>T</title>" + dates.replace("12:00:00Z", "10:00:00Z")).edited_at is None


def test_declared_language_counts_where_the_source_has_it() -> None:
    assert entry("<title>T</title>", languages=("en", "fr")).language_hint == "fr"
    assert entry("<title>T</title>", languages=("en",)).language_hint == "en"


def test_channel_is_the_host_of_the_feed() -> None:
    assert entry("<title>T</title>", address="https://www.feed.example/rss.xml").channel == "feed.example"
