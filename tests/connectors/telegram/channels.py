"""Channel pages with the markup of t.me/s."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

START = datetime(2021, 10, 18, 9, 0, tzinfo=UTC)


def message(
    number: int,
    inner: str = "",
    *,
    text: str | None = "Text",
    meta: str = "",
    views: str = "12",
    channel: str = "border_news",
    css: str = "",
) -> str:
    """One message. `inner`: markup before the text; `meta`: before the date (signature, edit mark)."""
    at = (START + timedelta(minutes=number)).isoformat()
    body = f'<div class="tgme_widget_message_text js-message_text" dir="auto">{text}</div>' if text is not None else ""
    return (
        f'<div class="tgme_widget_message_wrap js-widget_message_wrap"><div class="tgme_widget_message {css} js-widget_message" '
        f'data-post="{channel}/{number}"><div class="tgme_widget_message_bubble"><div class="tgme_widget_message_author">'
        f'<a class="tgme_widget_message_owner_name" href="https://t.me/{channel}"><span dir="auto">Border news</span></a></div>'
        f'{inner}{body}<div class="tgme_widget_message_footer compact"><div class="tgme_widget_message_info short">'
        f'<span class="tgme_widget_message_views">{views}</span><span class="copyonly"> views</span>'
        f'<span class="tgme_widget_message_meta">{meta}<a class="tgme_widget_message_date" '
        f'href="https://t.me/{channel}/{number}"><time datetime="{at}" class="time">09:00</time></a></span></div></div>'
        "</div></div></div>"
    )


def page(*messages: str) -> bytes:
    """A channel's page with these messages."""
    return (
        '<!DOCTYPE html><html><head><meta charset="utf-8"></head><body><main class="tgme_main"><section '
        f'class="tgme_channel_history js-message_history">{"".join(messages)}</section></main></body></html>'
    ).encode()
