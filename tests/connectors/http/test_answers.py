"""What each kind of answer means for the caller."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from itertools import pairwise

import pytest

from connectors.http import HttpClient, NotFound
from connectors.http.verdict import retry_after_seconds
from falselight.errors import Halt, Retry
from tests.connectors.conftest import AGENT
from tests.servers.http import Answer, Handler, Web


def test_page_comes_whole_with_headers_time_and_address(web: Web, client: HttpClient) -> None:
    web.routes["/feed"] = Answer(body="naïve".encode(), headers={"Content-Type": "text/xml", "ETag": '"1"'})
    response = client.get(web.url("/feed#part"))
    assert (response.status, response.payload, response.content_type) == (200, "naïve".encode(), "text/xml")
    assert response.url == web.url("/feed")
    assert response.headers["etag"] == '"1"'
    assert timedelta() <= datetime.now(UTC) - response.fetched_at < timedelta(minutes=1)
    assert not response.not_modified
    assert response.moved_permanently_to is None


def test_request_says_who_we_are_and_carries_no_password_of_the_machine(
    web: Web, client: HttpClient, monkeypatch: pytest.MonkeyPatch, tmp_path
) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login me password secret\n")
    netrc.chmod(0o600)
    monkeypatch.setenv("NETRC", str(netrc))
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    web.routes["/feed"] = Answer(body=b"x", headers={"Set-Cookie": "id=42; Path=/"})
    client.get(web.url("/feed"))
    client.get(web.url("/feed"))
    last = web.asked[-1].headers
    assert last["user-agent"] == AGENT
    assert not {"authorization", "cookie", "proxy-authorization"} & set(last)


def test_cookies_and_transfer_headers_do_not_reach_evidence(web: Web, client: HttpClient) -> None:
    web.routes["/feed"] = Answer(body=b"x", headers={"Set-Cookie": "id=42", "X-Kept": "yes"})
    assert {"set-cookie", "content-length"}.isdisjoint(client.get(web.url("/feed")).headers)
    assert client.get(web.url("/feed")).headers["x-kept"] == "yes"


def test_unchanged_page_is_asked_for_with_its_marks_and_not_sent_again(web: Web, client: HttpClient) -> None:
    def answer(handler: Handler) -> Answer:
        same = handler.asked.headers.get("if-none-match") == '"v1"'
        return Answer(status=304) if same else Answer(body=b"x")

    web.routes["/feed"] = answer
    response = client.get(web.url("/feed"), etag='"v1"', last_modified="Mon, 18 Oct 2021 10:00:00 GMT")
    assert (response.not_modified, response.payload) == (True, b"")
    assert web.asked[-1].headers["if-modified-since"] == "Mon, 18 Oct 2021 10:00:00 GMT"


def test_mark_that_would_split_the_request_is_not_sent(web: Web, client: HttpClient) -> None:
    web.routes["/feed"] = Answer(body=b"x")
    client.get(web.url("/feed"), etag='"1"\r\nX-Evil: yes')
    assert {"if-none-match", "x-evil"}.isdisjoint(web.asked[-1].headers)


@pytest.mark.parametrize("status", [429, 503])
def test_pause_that_the_server_asks_for_is_kept(web: Web, client: HttpClient, status: int) -> None:
    web.routes["/feed"] = Answer(status=status, headers={"Retry-After": "120"})
    with pytest.raises(Retry, match=rf"/feed: .*\({status}\); it asked for 120 s of pause") as caught:
        client.get(web.url("/feed"))
    assert caught.value.after_seconds == 120


def test_pause_given_as_date_or_far_too_long_is_understood() -> None:
    now = datetime(2026, 1, 1, tzinfo=UTC)
    assert retry_after_seconds(format_datetime(now + timedelta(seconds=90), usegmt=True), now) == 90
    assert retry_after_seconds(format_datetime(now - timedelta(days=1), usegmt=True), now) == 0
    assert retry_after_seconds("31536000", now) == 86_400
    assert retry_after_seconds("soon", now) is None
    assert retry_after_seconds(None, now) is None


@pytest.mark.parametrize("status", [408, 500, 502, 504, 520])
def test_trouble_of_the_server_is_for_later(web: Web, client: HttpClient, status: int) -> None:
    web.routes["/feed"] = Answer(status=status)
    with pytest.raises(Retry, match=rf"\({status}\).*nothing to do unless this lasts"):
        client.get(web.url("/feed"))


def test_missing_page_is_asked_again_after_hours_and_says_what_if_it_lasts(web: Web, client: HttpClient) -> None:
    with pytest.raises(NotFound, match=r"not found \(404\).*find the new address") as caught:
        client.get(web.url("/feed"))
    assert caught.value.after_seconds == 6 * 3600


@pytest.mark.parametrize(
    ("status", "what_to_do"),
    [
        (410, "retire the source"),
        (401, "ask the owner"),
        (403, "ask the owner"),
        (451, "retire"),
        (418, "in a browser"),
    ],
)
def test_refusal_needs_a_person_and_says_what_to_do(web: Web, client: HttpClient, status: int, what_to_do: str) -> None:
    web.routes["/feed"] = Answer(status=status)
    with pytest.raises(Halt, match=rf"/feed: .*{status}.*{what_to_do}"):
        client.get(web.url("/feed"))


def test_redirects_are_followed_and_a_move_for_good_is_noted(web: Web, client: HttpClient) -> None:
    web.routes["/old"] = Answer(status=301, headers={"Location": "/new"})
    web.routes["/new"] = Answer(status=302, headers={"Location": "/today"})
    web.routes["/today"] = Answer(body=b"x")
    response = client.get(web.url("/old"))
    assert (response.url, response.moved_permanently_to) == (web.url("/today"), web.url("/new"))
    assert client.get(web.url("/new")).moved_permanently_to is None


def test_circle_of_redirects_ends_at_once_and_shows_the_circle(web: Web, client: HttpClient) -> None:
    web.routes["/a"] = Answer(status=301, headers={"Location": "/b"})
    web.routes["/b"] = Answer(status=301, headers={"Location": "/a"})
    with pytest.raises(Halt, match=r"/a → .*/b → .*/a: redirects in a circle.*correct the address"):
        client.get(web.url("/a"))
    assert web.paths() == ["/a", "/b"]


def test_endless_chain_of_redirects_ends(web: Web, client: HttpClient) -> None:
    def further(handler: Handler) -> Answer:
        number = int(handler.path.rsplit("=", 1)[-1])
        return Answer(status=302, headers={"Location": f"/hop?n={number + 1}"})

    web.routes["/hop"] = further
    with pytest.raises(Halt, match=r"more than 5 redirects; give the source its last address"):
        client.get(web.url("/hop?n=0"))
    assert len(web.paths()) == 6


def test_redirect_without_target_needs_a_person(web: Web, client: HttpClient) -> None:
    web.routes["/a"] = Answer(status=302)
    with pytest.raises(Halt, match=r"redirects without saying where; open it in a browser"):
        client.get(web.url("/a"))


@pytest.mark.parametrize(
    "target", ["ftp://files.example/a", "file:///etc/passwd", "javascript:alert(1)", "http://a:b@c.example/"]
)
def test_redirect_to_what_is_no_public_web_page_is_refused(web: Web, client: HttpClient, target: str) -> None:
    web.routes["/a"] = Answer(status=302, headers={"Location": target})
    with pytest.raises(Halt, match=r"correct it in the catalogue|only public pages"):
        client.get(web.url("/a"))


@pytest.mark.parametrize("address", ["feed.xml", "http://", "http://[::1", "http://host:port/", "gopher://x.example/"])
def test_address_that_is_none_is_named(client: HttpClient, address: str) -> None:
    with pytest.raises(Halt, match=r"correct it in the catalogue"):
        client.get(address)


def test_pause_between_requests_to_one_host_is_kept_across_clients(web: Web, make_client) -> None:
    web.routes["/feed"] = Answer(body=b"x")
    with_pause = {"delay_seconds": 0.2, "resolve": {"paced.example": web.address}}
    make_client(**with_pause).get(web.url("/feed", "paced.example"))
    make_client(**with_pause).get(web.url("/feed", "paced.example"))  # each asks for robots.txt and the page
    gaps = [later.at - earlier.at for earlier, later in pairwise(web.asked)]
    assert len(gaps) == 3
    assert min(gaps) > 0.15
