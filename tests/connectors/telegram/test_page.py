"""What of a message becomes the draft."""

from __future__ import annotations

import logging
from datetime import UTC, datetime

import pytest

from connectors.telegram import CONNECTOR
from connectors.telegram_page import read_count
from falselight.errors import Halt
from falselight.post import Draft, Media, Refused
from tests.connectors.making import make_raw, make_source
from tests.connectors.telegram.channels import message, page


def parse(payload: bytes, **source) -> list[Draft | Refused]:
    raw = make_raw(payload, native_id="border_news", url="https://t.me/s/Border_News", content_type="text/html")
    usual = {"platform": "telegram", "address": "Border_News", "kind": "channel", "name": "Border news"}
    return list(CONNECTOR.parse([raw], make_source(**{**usual, **source})))


def only(*arguments, **fields) -> Draft:
    (found,) = parse(page(message(7, *arguments, **fields)))
    assert isinstance(found, Draft), found
    return found


def test_message_has_id_address_date_author_and_views() -> None:
    draft = only(views="12.3K", channel="Border_News")
    assert draft.native_id == "border_news/7"
    assert draft.url == "https://t.me/Border_News/7"
    assert draft.published_at == datetime(2021, 10, 18, 9, 7, tzinfo=UTC)
    assert (draft.author_kind, draft.author_id, draft.author_name) == ("channel", "border_news", "Border news")
    assert (draft.channel, draft.engagement.views, draft.language_hint) == ("border_news", 12_300, "en")


@pytest.mark.parametrize(
    ("shown", "count"),
    [("7", 7), ("12.3K", 12_300), ("1.05M", 1_050_000), ("999", 999), ("", None), ("many", None), ("1..2K", None)],
)
def test_abbreviated_counts_are_read(shown: str, count: int | None) -> None:
    assert read_count(shown) == count


def test_lines_emoji_and_marks_of_the_text_become_plain_text() -> None:
    emoji = (
        """<i class="emoji" style="background-image:url('//telegram.org/img/emoji/40/F09F9A97.png')"><b>🚗</b></i>"""
    )
    custom = f'<tg-emoji emoji-id="5">{emoji}</tg-emoji><img class="emoji" alt="✈️" src="x">'
    text = f"{emoji} <b>Bold</b> <i>and</i> <s>gone</s><br/><br/>{custom}<tg-spoiler>hidden</tg-spoiler><pre>a  b\nc</pre><blockquote>quoted</blockquote>&amp; 1 &lt; 2"
    assert only(text=text).text == "🚗 Bold and gone\n\n🚗✈️hidden\na b\nc\n\nquoted\n& 1 < 2"


def test_targets_of_links_are_kept_where_the_text_hides_them() -> None:
    text = '<a href="https://hidden.example/x" onclick="return confirm(1)">here</a> <a href="?q=%23tag">#tag</a> <a href="tg://resolve?domain=a">app</a>'
    preview = '<a class="tgme_widget_message_link_preview" href="https://preview.example/"><div class="link_preview_title">Their title</div></a>'
    draft = only(preview, text=text)
    assert draft.links == ("https://hidden.example/x", "https://preview.example/")
    assert draft.text == "here #tag app"


def test_edit_mark_is_seen_but_not_in_a_signature() -> None:
    assert only(meta="edited &nbsp;").edited_at == only().published_at
    assert only().edited_at is None
    assert only(meta='<span class="tgme_widget_message_from_author">edited</span>,&nbsp;').edited_at is None


def test_signature_and_private_senders_are_to_be_masked() -> None:
    forward = (
        '<div class="tgme_widget_message_forwarded_from accent_color">Forwarded from '
        '<span class="tgme_widget_message_forwarded_from_name">Rana Private</span></div>'
    )
    draft = only(forward, meta='<span class="tgme_widget_message_from_author" dir="auto">Abu Signed</span>,&nbsp;')
    assert draft.private_names == ("Rana Private", "Abu Signed")
    assert draft.reposted_from is None
    assert "Rana" not in draft.text


def test_forward_from_a_channel_names_the_original_message() -> None:
    forward = (
        '<div class="tgme_widget_message_forwarded_from">Forwarded from <a class="tgme_widget_message_forwarded_from_name" '
        'href="https://t.me/Other_Channel/42"><span>Other</span></a> (<span '
        'class="tgme_widget_message_forwarded_from_author">Omar Writer</span>)</div>'
    )
    draft = only(forward)
    assert draft.reposted_from == "other_channel/42"
    assert draft.private_names == ("Omar Writer",)


def test_link_to_a_sender_without_message_is_a_person() -> None:
    forward = (
        '<a class="tgme_widget_message_forwarded_from_name" href="https://t.me/rana_private"><span>Rana P.</span></a>'
    )
    draft = only(forward)
    assert (draft.reposted_from, draft.private_names) == (None, ("Rana P.",))


def test_quoted_message_of_a_reply_is_not_its_text_nor_its_date() -> None:
    reply = (
        '<a class="tgme_widget_message_reply" href="https://t.me/border_news/3"><div class="tgme_widget_message_author">'
        '<span class="tgme_widget_message_author_name">Border news</span></div><div class="tgme_widget_message_text '
        'js-message_reply_text">Their words</div><time datetime="2001-01-01T00:00:00+00:00"></time></a>'
    )
    draft = only(reply, text="Our words")
    assert (draft.reply_to, draft.text) == ("border_news/3", "Our words")
    assert draft.published_at.year == 2021


def test_album_is_one_message_with_several_media() -> None:
    photo = """<a class="tgme_widget_message_photo_wrap grouped_media_wrap" style="background-image:url('https://cdn.example/{}.jpg')"></a>"""
    video = '<a class="tgme_widget_message_video_player grouped_media_wrap"><time class="message_video_duration">0:52</time><video src="https://cdn.example/v.mp4"></video></a>'
    draft = only(f'<div class="tgme_widget_message_grouped_wrap">{photo.format(1)}{photo.format(2)}{video}</div>')
    assert draft.media == (
        Media(kind="photo", url="https://cdn.example/1.jpg"),
        Media(kind="photo", url="https://cdn.example/2.jpg"),
        Media(kind="video", url="https://cdn.example/v.mp4"),
    )


def test_files_voices_stickers_and_what_cannot_be_shown_are_named_by_kind() -> None:
    title = '<div class="tgme_widget_message_document_title">{}</div>'
    document = f'<a class="tgme_widget_message_document_wrap"><div class="tgme_widget_message_document_icon"></div>{title.format("prices.pdf")}</a>'
    song = f'<a class="tgme_widget_message_document_wrap"><div class="tgme_widget_message_document_icon audio"></div>{title.format("song")}</a>'
    voice = '<a class="tgme_widget_message_voice_player"><audio src="https://cdn.example/v.ogg"></audio></a>'
    sticker = '<i class="tgme_widget_message_sticker" data-webp="https://cdn.example/s.webp"></i>'
    assert only(document).media == (Media(kind="document", name="prices.pdf"),)
    assert only(song).media == (Media(kind="audio", name="song"),)
    assert only(voice).media == (Media(kind="audio", url="https://cdn.example/v.ogg"),)
    assert only(sticker).media == (Media(kind="other", url="https://cdn.example/s.webp", name="sticker"),)
    assert only('<div class="message_media_not_supported">not supported</div>').media == (Media(kind="other"),)


def test_question_and_options_of_a_poll_are_text() -> None:
    option = '<div class="tgme_widget_message_poll_option"><div class="tgme_widget_message_poll_option_percent">60%</div><div class="tgme_widget_message_poll_option_text">{}</div></div>'
    poll = f'<div class="tgme_widget_message_poll"><div class="tgme_widget_message_poll_question">Who goes?</div>{option.format("I do")}{option.format("Not me")}</div>'
    draft = only(poll, text=None)
    assert draft.text == "Who goes?\n\nI do\n\nNot me"
    assert draft.media == (Media(kind="poll"),)


def test_contact_card_is_text_whose_name_is_to_be_masked() -> None:
    card = '<div class="tgme_widget_message_contact"><div class="tgme_widget_message_contact_name">Karwan D.</div><div class="tgme_widget_message_contact_phone">+44 7700 900142</div></div>'
    draft = only(card, text=None)
    assert draft.text == "Karwan D.\n\n+44 7700 900142"
    assert draft.private_names == ("Karwan D.",)


def test_service_notices_are_no_messages_and_are_passed_over(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    found = parse(page(message(1, css="service_message", text="Channel created"), message(2)))
    assert [item.native_id for item in found] == ["border_news/2"]
    assert "border_news/1: service notice passed over" in caplog.text


def test_message_without_date_is_refused_and_its_neighbours_are_kept() -> None:
    broken = message(2).replace("datetime=", "data-nothing=")
    odd = message(3).replace("2021-10-18T09:03", "yesterday")
    found = parse(page(message(1), broken, odd, message(4)))
    assert [item.native_id for item in found] == [f"border_news/{n}" for n in (1, 2, 3, 4)]
    bad = [item for item in found if isinstance(item, Refused)]
    assert [item.reason for item in bad] == ["bad-date", "bad-date"]
    assert "adapt telegram_page, then replay" in bad[1].detail


@pytest.mark.parametrize(
    "payload", [b"", b"<html><body>Just a moment...</body></html>", b'{"ok": true}', b"\x00\xff\xfe"]
)
def test_page_of_no_channel_is_one_refusal(payload: bytes) -> None:
    (found,) = parse(payload)
    assert isinstance(found, Refused)
    assert found.reason == "not-a-channel-page"
    assert "open it in a browser" in found.detail


def test_empty_channel_is_no_fault() -> None:
    assert parse(page()) == []
    assert parse(page('<div class="tme_no_messages_found">No posts found</div>')) == []


def test_nul_surrogates_overrides_and_a_megabyte_cost_no_neighbour() -> None:
    found = parse(page(message(1, text="a\x00&#0;&#xD800;\u202eb"), message(2, text="word " * 200_000), message(3)))
    assert [item.native_id for item in found] == [f"border_news/{n}" for n in (1, 2, 3)]
    assert isinstance(found[1], Draft)
    assert len(found[1].text) > 900_000
    assert all(isinstance(item, Draft) and item.text.encode() for item in found)


def test_official_channel_stays_official() -> None:
    (found,) = parse(page(message(1)), kind="official")
    assert isinstance(found, Draft)
    assert found.author_kind == "official"


@pytest.mark.parametrize(
    "address", ["border_news", "@border_news", "https://t.me/s/border_news", "http://t-me.example/s/Border_News/"]
)
def test_address_may_be_handle_or_page(address: str) -> None:
    (found,) = parse(page(message(1)), address=address)
    assert isinstance(found, Draft)
    assert found.channel == "border_news"


@pytest.mark.parametrize("address", ["", "https://t.me/s/", "https://t.me/+AbCdEf", "two words", "t.me/joinchat/x"])
def test_address_that_names_no_public_channel_is_refused(address: str) -> None:
    with pytest.raises(Halt, match="names no public channel; write its handle"):
        parse(page(message(1)), address=address)
