"""Feeds, articles and channel pages of the sample, with the markup and quirks of the real thing."""

from __future__ import annotations

import base64
import json
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from html import escape
from typing import Any

from jinja2 import Environment, PackageLoader
from markupsafe import Markup

from falselight.sample.world import Channel, Item, Message, Outlet

TOPIC_FEEDS = frozenset({"northgate-wire", "minbar-alrafidain", "border-information-service"})
PAGE_MESSAGES = 20  # as many as the real preview pages show
RIGHT_TO_LEFT = frozenset({"ar", "ckb", "fa", "prs", "ps", "ur"})
WORDS: dict[str, dict[str, Any]] = {
    "en": {"cookies": "We use cookies to improve your visit.", "sections": ["World", "Business", "Sport", "Culture"], "advert": "Advertisement", "share": "Share", "related": "More stories", "about": "About us", "privacy": "Privacy"},
    "ru": {"cookies": "Сайт использует файлы cookie.", "sections": ["Политика", "Общество", "Спорт", "Культура"], "advert": "Реклама", "share": "Поделиться", "related": "Читайте также", "about": "О редакции", "privacy": "Конфиденциальность"},
    "pl": {"cookies": "Ta strona używa plików cookie.", "sections": ["Region", "Kraj", "Sport", "Kultura"], "advert": "Reklama", "share": "Udostępnij", "related": "Zobacz też", "about": "Redakcja", "privacy": "Prywatność"},
    "de": {"cookies": "Diese Seite verwendet Cookies.", "sections": ["Politik", "Stadt", "Sport", "Kultur"], "advert": "Anzeige", "share": "Teilen", "related": "Mehr zum Thema", "about": "Impressum", "privacy": "Datenschutz"},
    "fr": {"cookies": "Ce site utilise des cookies.", "sections": ["Monde", "Économie", "Sport", "Culture"], "advert": "Publicité", "share": "Partager", "related": "À lire aussi", "about": "Qui sommes-nous", "privacy": "Confidentialité"},
    "ar": {"cookies": "يستخدم هذا الموقع ملفات تعريف الارتباط.", "sections": ["سياسة", "اقتصاد", "رياضة", "ثقافة"], "advert": "إعلان", "share": "شارك", "related": "اقرأ أيضاً", "about": "من نحن", "privacy": "الخصوصية"},
    "ckb": {"cookies": "ئەم ماڵپەڕە کووکی بەکاردەهێنێت.", "sections": ["سیاسەت", "ئابووری", "وەرزش", "کولتوور"], "advert": "ڕیکلام", "share": "بڵاوکردنەوە", "related": "بابەتی تر", "about": "دەربارە", "privacy": "تایبەتمەندی"},
    "prs": {"cookies": "این وب‌سایت از کوکی استفاده می‌کند.", "sections": ["خبرها", "راهنما", "حقوق", "زندگی"], "advert": "اعلان", "share": "شریک سازید", "related": "مطالب بیشتر", "about": "درباره ما", "privacy": "حریم خصوصی"},
}  # fmt: skip


def feed(outlet: Outlet, *, topic: bool) -> bytes:
    """The outlet's feed, newest first. `topic`: the second feed, which shows edited items in their later version."""
    items = [
        _shown(item, later=topic or outlet.id not in TOPIC_FEEDS) for item in outlet.items if not topic or item.edited
    ]
    items.sort(key=lambda item: item["published"], reverse=True)
    template = _ENVIRONMENT.get_template(f"{outlet.flavour}.xml.j2")
    built = max(item["updated"] or item["published"] for item in items)
    text = template.render(outlet=outlet, items=items, built=built, path="/topics/border.xml" if topic else "/feed.xml")
    return text.encode(outlet.encoding, "xmlcharrefreplace")


def article(outlet: Outlet, item: Item) -> bytes:
    """The page of an article, with all that surrounds the text on a real page. Edited ones as they stand at the end."""
    item = item.later()
    page = _ENVIRONMENT.get_template("article.html.j2").render(
        outlet=outlet,
        item=item,
        paragraphs=[part.strip() for part in item.body.split("\n\n") if part.strip()],
        related=[other for other in outlet.items if other.key != item.key][:5],
        words=WORDS.get(outlet.language, WORDS["en"]),
        direction="rtl" if outlet.language in RIGHT_TO_LEFT else "ltr",
        loop_key=len(item.byline or ""),
        ld=Markup(_linked_data(outlet, item)),  # noqa: S704 - our own content, "<" is escaped
    )
    return page.encode(outlet.encoding, "xmlcharrefreplace")


def channel_page(channel: Channel, before: int | None) -> bytes:
    """One page of a channel's public preview, oldest message first."""
    messages = channel.page(before, PAGE_MESSAGES)
    template = _ENVIRONMENT.get_template("channel.html.j2")
    return template.render(channel=channel, messages=messages, first_id=channel.messages[0].id).encode()


def _shown(item: Item, *, later: bool) -> dict[str, Any]:
    shown = item.later() if later else item
    updated = item.edited.updated if later and item.edited else None
    return {**dict(shown), "updated": updated}


def _linked_data(outlet: Outlet, item: Item) -> str:
    data = {
        "@context": "https://schema.org", "@type": "NewsArticle", "headline": item.title,
        "datePublished": item.published.isoformat(), "publisher": {"@type": "Organization", "name": outlet.name},
        "author": {"@type": "Person", "name": item.byline or outlet.name},
    }  # fmt: skip
    return json.dumps(data, ensure_ascii=False).replace("<", "\\u003c")


def _link(item: dict[str, Any], outlet: Outlet) -> str:
    tracking = "?utm_source=feed&utm_medium=rss&utm_campaign=all" if "tracking-link" in item["quirks"] else ""
    return f"http://{outlet.host}/{item['key']}{tracking}"


def _full_html(item: dict[str, Any], outlet: Outlet) -> str:
    paragraphs = "".join(f"<p>{escape(part.strip(), quote=False)}</p>\n" for part in item["body"].split("\n\n"))
    return f'{paragraphs}<img src="http://{outlet.host}/px/{item["key"]}.gif" width="1" height="1" alt="">'


def _cdata(text: str) -> Markup:
    return Markup("<![CDATA[" + text.replace("]]>", "]]]]><![CDATA[>") + "]]>")  # noqa: S704 - our own content, the end mark is split


def _environment() -> Environment:
    # Feeds escape by hand, see _escapes; pages are escaped.
    loader = PackageLoader("falselight.sample")
    environment = Environment(loader=loader, autoescape=_escapes)  # noqa: S701
    environment.filters |= {
        "cdata": _cdata,
        "link": _link,
        "full_html": _full_html,
        "rfc822": lambda moment: format_datetime(moment.astimezone(UTC), usegmt=True),
        "zoneless": lambda moment: moment.astimezone(UTC).strftime("%a, %d %b %Y %H:%M:%S"),
        "zoneless_iso": lambda moment: moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S"),
        "utc_iso": lambda moment: moment.astimezone(UTC).isoformat(),
        "clock": lambda moment: moment.astimezone(UTC).strftime("%H:%M"),
        "view_token": _view_token,
    }
    return environment


def _escapes(name: str | None) -> bool:
    return bool(name and name.endswith(".html.j2"))  # feeds escape by hand: their quirks are the point


def _view_token(message: Message) -> str:
    # The real page carries an opaque token here, other at every call; ours is fixed so that pages repeat exactly.
    return base64.urlsafe_b64encode(json.dumps({"p": message.id}).encode()).decode().rstrip("=")


def last_change(outlet: Outlet) -> datetime:
    """When the outlet last published or edited; for Last-Modified."""
    return max(item.edited.updated if item.edited else item.published for item in outlet.items) + timedelta(minutes=1)


_ENVIRONMENT = _environment()
