"""robots.txt as RFC 9309 wants it."""

from __future__ import annotations

import pytest

from connectors.http import HttpClient
from connectors.http.pace import MAX_CRAWL_DELAY_SECONDS, crawl_delay
from falselight.errors import Halt, Retry
from tests.servers.http import Answer, Web

RULES = b"""# rules
User-agent: OtherBot
Disallow: /

User-agent: *
Disallow: /search   # nothing here
Disallow: /s/
Allow: /s/open
"""


def _with_rules(web: Web, body: bytes, **fields) -> None:
    web.routes |= {"/robots.txt": Answer(body=body, **fields), "/feed": Answer(body=b"x"), "/s/a": Answer(body=b"x")}


def test_forbidden_page_is_not_asked_for_and_the_rule_is_named(web: Web, client: HttpClient) -> None:
    _with_rules(web, RULES)
    assert client.get(web.url("/feed")).payload == b"x"
    with pytest.raises(Halt, match=r"/s/a: forbidden by .*/robots.txt \(line 7: Disallow: /s/\); ask the owner"):
        client.get(web.url("/s/a"))
    assert web.paths() == ["/feed"]


def test_rules_are_read_once_per_host(web: Web, client: HttpClient) -> None:
    _with_rules(web, RULES)
    for _ in range(3):
        client.get(web.url("/feed"))
    assert [asked.path for asked in web.asked].count("/robots.txt") == 1


def test_rules_for_our_own_name_count(web: Web, client: HttpClient) -> None:
    _with_rules(web, b"User-agent: falselight\nDisallow: /feed\n\nUser-agent: *\nAllow: /\n")
    with pytest.raises(Halt, match="Disallow: /feed"):
        client.get(web.url("/feed"))


@pytest.mark.parametrize("status", [401, 403, 404, 410])
def test_host_without_rules_allows_everything(web: Web, client: HttpClient, status: int) -> None:
    _with_rules(web, b"", status=status)
    assert client.get(web.url("/s/a")).payload == b"x"


@pytest.mark.parametrize(
    ("status", "headers", "wait"), [(500, {}, 3600), (503, {"Retry-After": "60"}, 60), (429, {}, 3600)]
)
def test_host_whose_rules_cannot_be_read_is_left_alone(web: Web, client: HttpClient, status, headers, wait) -> None:
    _with_rules(web, b"", status=status, headers=headers)
    for _ in range(2):
        with pytest.raises(
            Retry, match=rf"answer {status}, so nothing may be fetched there now \(RFC 9309\)"
        ) as caught:
            client.get(web.url("/feed"))
        assert caught.value.after_seconds == wait
    assert [asked.path for asked in web.asked] == ["/robots.txt"]


def test_unreachable_rules_are_for_later(client: HttpClient, web: Web) -> None:
    web.routes["/robots.txt"] = lambda handler: handler.reset()
    with pytest.raises(Retry, match=r"robots.txt: the connection failed"):
        client.get(web.url("/feed"))


def test_html_in_place_of_rules_forbids_nothing(web: Web, client: HttpClient) -> None:
    _with_rules(web, b"<!DOCTYPE html><html><body>Welcome, User-agent!</body></html>")
    assert client.get(web.url("/feed")).payload == b"x"


def test_only_the_first_half_megabyte_of_rules_counts(web: Web, client: HttpClient) -> None:
    _with_rules(web, b"# " + b"x" * 600_000 + b"\nUser-agent: *\nDisallow: /\n")
    assert client.get(web.url("/feed")).payload == b"x"


def test_rules_behind_a_redirect_count(web: Web, client: HttpClient) -> None:
    _with_rules(web, b"", status=301, headers={"Location": "/rules"})
    web.routes["/rules"] = Answer(body=b"User-agent: *\nDisallow: /feed\n")
    with pytest.raises(Halt, match="Disallow: /feed"):
        client.get(web.url("/feed"))


def test_target_of_a_redirect_obeys_rules_too(web: Web, client: HttpClient) -> None:
    _with_rules(web, RULES)
    web.routes["/feed"] = Answer(status=302, headers={"Location": "/s/a"})
    with pytest.raises(Halt, match="Disallow: /s/"):
        client.get(web.url("/feed"))


def test_crawl_delay_is_kept_up_to_a_bound(web: Web, make_client) -> None:
    _with_rules(web, b"User-agent: *\nCrawl-delay: 0.3\n")
    client = make_client(resolve={"slow.example": web.address})
    client.get(web.url("/feed", "slow.example"))
    client.get(web.url("/feed", "slow.example"))
    assert web.asked[-1].at - web.asked[-2].at > 0.25
    assert crawl_delay(86_400, 2) == MAX_CRAWL_DELAY_SECONDS
    assert crawl_delay(None, 2) == 2
