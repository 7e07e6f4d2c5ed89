"""The desk in a real Chromium: keyboard, no complaints in the console, no request to elsewhere, phone width."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import httpx
import pytest

from tests.components import need
from tests.falselight.desk.sample import sample

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    chromium = need("chromium")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        flags = ["--no-sandbox", "--disable-gpu"]
        launched = playwright.chromium.launch(executable_path=str(chromium), args=flags)
        yield launched
        launched.close()


@pytest.fixture
def tab(browser: Browser, desk: httpx.Client) -> Iterator[Page]:
    """A tab that fails the test for a console error or a request to elsewhere."""
    own = str(desk.base_url).rstrip("/")
    complaints: list[str] = []
    context = browser.new_context(base_url=own, viewport={"width": 1280, "height": 900})
    page = context.new_page()
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("request", lambda request: None if request.url.startswith(own) else complaints.append(request.url))
    yield page
    assert complaints == []
    assert context.cookies() == []
    context.close()


def focused(page: Page) -> str:
    return str(page.evaluate("document.activeElement.id || document.activeElement.className"))


def test_everything_is_reached_by_keyboard(tab: Page) -> None:
    tab.goto("/")
    tab.keyboard.press("Tab")
    assert focused(tab) == "skip"
    tab.keyboard.press("Enter")
    assert focused(tab) == "main"
    tab.keyboard.press("/")
    assert focused(tab) == "q"
    tab.wait_for_timeout(200)  # on a busy machine Chromium takes text only some time after the focus: type as a person
    tab.keyboard.type("minsk", delay=30)
    tab.keyboard.press("Enter")
    tab.wait_for_url("**/?q=minsk")
    tab.get_by_role("heading", name="10 posts for “minsk”").wait_for()


def test_filters_swap_the_results_and_history_brings_them_back(tab: Page) -> None:
    from playwright.sync_api import expect

    tab.goto("/?q=minsk")
    tab.evaluate("window.unchanged = true")
    tab.locator("#stance-reports").focus()
    tab.keyboard.press("Space")
    tab.wait_for_url("**/?q=minsk&stance=reports")
    assert focused(tab) == "stance-reports"
    assert tab.evaluate("window.unchanged")  # the page was not loaded anew
    tab.go_back()
    tab.wait_for_url("**/?q=minsk")
    expect(tab.locator("#stance-reports")).not_to_be_checked()


def test_older_posts_come_without_reloading(tab: Page) -> None:
    from playwright.sync_api import expect

    tab.goto("/")
    first = tab.locator("a.open").first.get_attribute("href")
    tab.get_by_role("link", name="Older posts").click()
    tab.wait_for_url("**/?after=*")
    expect(tab.locator("a.open").first).not_to_have_attribute("href", first or "")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("address", ["/", "/?q=zanzibar", *(f"/posts/{one.post.id}" for one in sample()[:3])])
def test_a_phone_never_scrolls_sideways(tab: Page, address: str, scheme: str) -> None:
    tab.set_viewport_size({"width": 360, "height": 740})
    tab.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    tab.goto(address)
    assert tab.evaluate("document.documentElement.scrollWidth") <= 360
    if address.startswith("/?") or address == "/":
        filters = tab.locator("#filters > summary")
        assert filters.is_visible()
        filters.press("Enter")
        assert tab.locator("#from").is_visible()
        assert tab.evaluate("document.documentElement.scrollWidth") <= 360


def test_filters_are_open_on_a_wide_screen(tab: Page) -> None:
    tab.goto("/")
    assert tab.locator("#from").is_visible()
    assert tab.locator("#filters > summary").is_hidden()


def test_the_page_works_without_scripts(browser: Browser, desk: httpx.Client) -> None:
    context = browser.new_context(base_url=str(desk.base_url), java_script_enabled=False)
    page = context.new_page()
    page.goto("/")
    page.get_by_label("Search posts").fill("minsk")
    page.get_by_role("button", name="Search").click()
    page.wait_for_url("**q=minsk**")
    assert page.get_by_role("heading", level=1).inner_text() == "10 posts for “minsk”"
    context.close()


def test_right_to_left_text_starts_at_the_right(tab: Page) -> None:
    tab.goto(f"/posts/{sample()[0].post.id}")
    passage = tab.locator(".body p").first
    assert passage.evaluate("element => getComputedStyle(element).direction") == "rtl"
    assert tab.locator("h2").first.evaluate("element => getComputedStyle(element).direction") == "ltr"
