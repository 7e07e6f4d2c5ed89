"""Mails parsed back with the standard library and held against RFC 5322, 2045 and 3834."""

from __future__ import annotations

import email
import re
from collections.abc import Iterator
from email.headerregistry import DateHeader
from email.message import EmailMessage
from email.policy import SMTP
from html.parser import HTMLParser
from urllib.parse import parse_qsl, urlsplit

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from falselight.alerts.findings import evaluate
from falselight.alerts.incident_mail import incident_letter
from falselight.alerts.load import load_book
from falselight.alerts.mail import Letter, address_to, domain_of, message_id_of
from falselight.desk.asked import read_asked
from falselight.errors import Halt
from falselight.index import Document, Index
from falselight.stages.alert import alert_all
from falselight.stages.house import House
from falselight.state import outbox
from tests.falselight.alerts.planting import NOW, burst, document, many_languages, plant
from tests.servers.smtp import MailBox

(RULE,) = load_book().rules
PAGE = "http://127.0.0.1:8610"


class Tags(HTMLParser):
    """Every element with its attributes, and the text inside quotations."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, {name: value or "" for name, value in attrs}))


def tags(html: str) -> list[tuple[str, dict[str, str]]]:
    parser = Tags()
    parser.feed(html)
    return parser.found


def part(message: EmailMessage, kind: str) -> str:
    body = message.get_body((kind,))
    assert body is not None
    return str(body.get_content())


def mails(house: House, *documents: Document) -> dict[str, bytes]:
    """The bodies of the mails to one receiver, by what they are about."""
    plant(house.index, *documents)
    alert_all(house, NOW)
    with house.state.begin() as session:
        return {row.about.partition(":")[0]: row.body for row in outbox.mails(session)}


def parsed(body: bytes) -> EmailMessage:
    message = email.message_from_bytes(body, policy=SMTP)
    assert isinstance(message, EmailMessage)
    return message


@pytest.fixture
def both(house: House) -> dict[str, bytes]:
    return mails(house, *many_languages())


def test_the_subject_of_an_incident_can_be_read_on_a_phone(both: dict[str, bytes]) -> None:
    message = parsed(both["incident"])
    assert message["Subject"] == "[high] 19 posts: open-border, transport-offer · Eastern land border · 24 h"


def test_headers_say_who_what_when_and_that_nobody_shall_answer(both: dict[str, bytes]) -> None:
    message = parsed(both["incident"])
    date = message["Date"]
    assert isinstance(date, DateHeader)
    assert (date.datetime, message["From"]) == (NOW, "Falselight <falselight@falselight.example>")
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["List-Id"] == "Falselight alerts <alerts.falselight.example>"
    assert message["X-Falselight-Incident"].startswith("lure-burst-by-corridor-")
    assert re.fullmatch(r"<falselight\.[0-9a-f]{24}@falselight\.example>", message["Message-ID"])
    assert len(message["To"].addresses) == 1
    assert not message.defects


@pytest.mark.parametrize("about", ["incident", "digest"])
def test_bytes_pass_every_server(both: dict[str, bytes], about: str) -> None:
    body = both[about]
    lines = body.split(b"\r\n")
    assert max(map(len, lines)) <= 78
    assert b"\n" not in body.replace(b"\r\n", b"")
    assert body.isascii()
    assert len(body) < 100_000
    for piece in parsed(body).walk():
        assert not piece.defects
        if not piece.is_multipart():
            assert piece["Content-Transfer-Encoding"] in ("quoted-printable", "base64")
    assert body.count(b"MIME-Version") == 1


def test_text_html_and_chart_stand_where_mail_programs_look_for_them(both: dict[str, bytes]) -> None:
    message = parsed(both["incident"])
    kinds = [piece.get_content_type() for piece in message.walk()]
    assert kinds == ["multipart/alternative", "text/plain", "multipart/related", "text/html", "image/png"]
    picture = list(message.walk())[-1]
    content_id = picture["Content-ID"].strip("<>")
    (image,) = [attributes for tag, attributes in tags(part(message, "html")) if tag == "img"]
    assert image["src"] == f"cid:{content_id}"
    assert image["alt"].startswith("Posts per hour to 8 Nov, 07:00 UTC: 19 posts")
    assert bytes(picture.get_content()).startswith(b"\x89PNG")
    assert picture.get_content_disposition() == "inline"


def test_the_only_links_lead_to_our_page(both: dict[str, bytes]) -> None:
    for body in both.values():
        message = parsed(body)
        html, text = part(message, "html"), part(message, "plain")
        links = [attributes["href"] for tag, attributes in tags(html) if "href" in attributes]
        assert len(links) > 5
        assert all(link.startswith((f"{PAGE}/posts/", f"{PAGE}/?")) for link in links)
        assert "reya_ewropa" in html or "sarhad_baz" in html
        for shown in (html, text):
            assert not re.search(r"t\.me|https?://(?!127\.0\.0\.1:8610/)(?!www\.w3\.org)", shown)


def test_the_search_link_leads_to_a_page_that_shows_every_post_of_the_finding(house: House) -> None:
    html = part(parsed(mails(house, *many_languages())["incident"]), "html")
    (link,) = [attributes["href"] for tag, attributes in tags(html) if "button" in attributes.get("class", "")]
    asked = read_asked(parse_qsl(urlsplit(link).query, strict_parsing=True))
    (finding,) = evaluate(RULE, house.index, NOW)
    assert asked.query().filters == {**RULE.query.filters(), "corridor": ("eastern-land",)}
    assert asked.window is not None
    assert asked.window.start <= finding.start
    assert finding.end <= asked.window.end
    found = {hit.document.post.id for hit in house.index.search(asked.query(), size=100).hits}
    assert found.issuperset(finding.posts)


def test_quotations_say_their_language_and_run_the_right_way(both: dict[str, bytes]) -> None:
    said = [a for tag, a in tags(part(parsed(both["incident"]), "html")) if "said" in a.get("class", "")]
    assert [(quote["lang"], quote["dir"]) for quote in said] == [
        ("ru", "ltr"), ("ar", "rtl"), ("ckb", "rtl"), ("ar", "rtl"), ("kmr", "ltr"),
    ]  # fmt: skip
    assert all("text-align: right" in quote["style"] for quote in said if quote["dir"] == "rtl")


def test_the_mail_says_why_and_what_to_do(both: dict[str, bytes]) -> None:
    text = " ".join(part(parsed(both["incident"]), "plain").split())
    assert "19 posts in 8 channels matched for “Eastern land border” in the 24 hours to 8 Nov 2021, 07:00 UTC" in text
    assert "in the 24 hours before there were 5 (now 3.8 times as many)" in text
    assert "Copies counted once, these are 17 different texts." in text
    assert "The border has not been opened" in text
    assert "up to 15,000 persons (JOIN-2021-32" in text
    for said in (*RULE.triage, *RULE.false_alarms, RULE.why):
        assert " ".join(said.split()) in text
    assert "private person on Facebook" in text


def test_both_parts_tell_the_same(both: dict[str, bytes]) -> None:
    message = parsed(both["incident"])
    html = re.sub(r"<style.*?</style>|<[^>]+>", " ", part(message, "html"), flags=re.DOTALL)
    for words in ("19", "The border has not been opened", "hxxps://t[.]me/reya_ewropa", "private person on Facebook"):
        assert words in html
        assert words in part(message, "plain")


def test_styles_stand_in_the_elements_and_dark_mode_in_the_head(both: dict[str, bytes]) -> None:
    html = part(parsed(both["incident"]), "html")
    assert html.index("charset") < html.index("<style")
    assert "prefers-color-scheme: dark" in html
    assert ("meta", {"name": "color-scheme", "content": "light dark"}) in tags(html)
    assert all("style" in attributes for tag, attributes in tags(html) if tag in ("h1", "h2", "a", "p"))


def test_the_same_data_give_the_same_bytes(index: Index) -> None:
    plant(index, *many_languages())
    (finding,) = evaluate(RULE, index, NOW)
    assert finding.count == 19
    first, second = (bytes_of(index) for _ in range(2))
    assert first == second


def bytes_of(index: Index) -> bytes:
    from falselight.alerts.findings import finding_to_dict
    from falselight.state.tables import IncidentRow

    (finding,) = evaluate(RULE, index, NOW)
    row = IncidentRow(
        id="lure-burst-by-corridor-0", rule=RULE.id, key=finding.key, state="new", severity=finding.severity,
        started_at=finding.start, last_at=NOW, count=finding.count, finding=finding_to_dict(finding),
    )  # fmt: skip
    letter = incident_letter(row, RULE, index, PAGE)
    return address_to(letter, "anna@eeas.example", "falselight@falselight.example").body


# --- hostile posts ---

HOSTILE = (
    "Evil\r\nBcc: all@eeas.example\r\n\r\n<script>alert(1)</script>\u202egnp.exe\u2066\x00\u2028X-Sp: 1 </td></table>"
)


def hostile() -> list[Document]:
    return [
        *burst(8, text=f"Go to https://evil.example/{HOSTILE}", name=HOSTILE, title=HOSTILE * 3),
        document(
            77, text="javascript://%0aalert(1) data://x", channel=HOSTILE[:50], language='"><img src=x onerror=y>'
        ),
    ]


def test_hostile_names_and_texts_change_neither_headers_nor_markup(house: House) -> None:
    for body in mails(house, *hostile()).values():
        message = parsed(body)
        assert "Bcc" not in message
        assert "X-Sp" not in message
        assert not message.defects
        html = part(message, "html")
        assert "<script" not in html
        assert not [a for tag, a in tags(html) if tag == "img" and "onerror" in a]
        assert [tag for tag, _ in tags(html)].count("img") == 1
        for shown in (html, part(message, "plain"), message["Subject"]):
            assert not re.search("[\u202a-\u202e\u2066-\u2069\x00\u2028\u2029\x85]", shown)
            assert "https://evil" not in shown
            assert "javascript://" not in shown
        assert "hxxps://evil[.]example" in html


def test_a_private_person_is_shown_by_the_platform_only(house: House) -> None:
    posts = burst(8, kind="person", name=None, platform="facebook")
    for body in mails(house, *posts).values():
        shown = part(parsed(body), "html") + part(parsed(body), "plain")
        assert "person-0123456789" not in shown
        assert not re.search(r"road_\d_example", shown)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(subject=st.text(max_size=300), header=st.text(max_size=200), text=st.text(max_size=300))
def test_no_subject_or_header_breaks_a_message(subject: str, header: str, text: str) -> None:
    letter = Letter(
        about="digest:x:1", subject=subject, text=text.encode("utf-8", "replace").decode(), html="<p></p>", chart=None,
        chart_name="", created_at=NOW, thread="x", headers={"X-Falselight-Incident": header},
    )  # fmt: skip
    body = address_to(letter, "anna@eeas.example", "falselight@falselight.example").body
    message = parsed(body)
    names = sorted(message.keys())
    assert names == sorted([
        "From", "To", "Subject", "Date", "Message-ID", "References", "List-Id", "Auto-Submitted",
        "X-Auto-Response-Suppress", "X-Falselight-Incident", "MIME-Version", "Content-Type",
    ])  # fmt: skip
    assert max(map(len, body.split(b"\r\n"))) <= 998
    assert body.isascii()


# --- addresses ---


def addresses() -> Iterator[tuple[str, str]]:
    yield "falselight@falselight.example", "falselight.example"
    yield "Falselight <alerts@Mail.EEAS.example>", "mail.eeas.example"
    yield "a@bücher.example", "xn--bcher-kva.example"
    yield "root", "localhost"


@pytest.mark.parametrize(("sender", "domain"), list(addresses()))
def test_message_ids_end_with_the_senders_domain(sender: str, domain: str) -> None:
    assert domain_of(sender) == domain
    assert message_id_of("a", "b@c", domain).endswith(f"@{domain}>")


def test_a_message_id_fits_its_column_for_any_domain() -> None:
    domain = domain_of("a@" + ".".join(["long" * 10] * 5) + ".example")
    assert len(message_id_of("a", "b@c", domain)) <= 120


@pytest.mark.parametrize("wrong", ["anna", "", "anna@", "a@b\nBcc: x@y.example", "@eeas.example", "a b@c d"])
def test_a_wrong_address_in_the_settings_is_named(wrong: str) -> None:
    letter = Letter(about="a", subject="s", text="t", html="<p>", chart=None, chart_name="", created_at=NOW, thread="a")
    with pytest.raises(Halt, match="FALSELIGHT_MAIL_TO: "):
        address_to(letter, wrong, "falselight@falselight.example")
    with pytest.raises(Halt, match="FALSELIGHT_MAIL_FROM: "):
        address_to(letter, "anna@eeas.example", wrong)


def test_each_receiver_gets_an_own_message_in_the_same_thread(house: House, mailbox: MailBox) -> None:
    plant(house.index, *burst(12))
    alert_all(house, NOW)
    told = [item.message for item in mailbox.received if "X-Falselight-Incident" in item.message]
    assert len({message["Message-ID"] for message in told}) == 2
    assert len({message["References"] for message in told}) == 1
