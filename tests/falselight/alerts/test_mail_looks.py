"""The mails in a real browser: at phone and desk width, light and dark, with right-to-left quotations."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import pytest

from falselight.stages.alert import alert_all, write_mails
from falselight.stages.house import House
from tests.components import need
from tests.falselight.alerts.planting import NOW, many_languages, plant

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser

Scheme = Literal["light", "dark"]
AA_CONTRAST = 4.5  # WCAG 2.2, 1.4.3, for text of normal size

# Text with too little contrast against the nearest painted background, as "ratio: words".
LOW_CONTRAST = """least => {
  const parse = text => text.match(/[\\d.]+/g).map(Number);
  const light = ([r, g, b]) => [r, g, b].map(v => (v /= 255) <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
    .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
  const ground = element => {
    for (let e = element; e; e = e.parentElement) {
      const colour = parse(getComputedStyle(e).backgroundColor);
      if (colour.length === 3 || colour[3] > 0) return colour;
    }
    return [255, 255, 255];
  };
  const low = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const element = walker.currentNode.parentElement, words = walker.currentNode.textContent.trim();
    if (!words || !element.getClientRects().length || element.closest('.preview, style')) continue;
    const [a, b] = [parse(getComputedStyle(element).color), ground(element)].map(light).sort((x, y) => y - x);
    const ratio = (a + 0.05) / (b + 0.05);
    if (ratio < least) low.push(ratio.toFixed(2) + ': ' + words.slice(0, 40));
  }
  return low;
}"""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    from playwright.sync_api import sync_playwright

    chromium = need("chromium")
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=str(chromium), args=["--no-sandbox"])
        yield opened
        opened.close()


@pytest.fixture
def pages(house: House, tmp_path: Path) -> dict[str, Path]:
    """The mails as .html files, by what they are about."""
    plant(house.index, *many_languages())
    alert_all(house, NOW)
    written = [path for path in write_mails(house, tmp_path / "mails") if path.suffix == ".html"]
    return {name: next(path for path in written if name in path.name) for name in ("incident", "digest")}


def open_page(browser: Browser, path: Path, width: int, scheme: Scheme) -> Page:
    page = browser.new_page(viewport={"width": width, "height": 800}, color_scheme=scheme)
    page.goto(path.as_uri())
    return page


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 720])
def test_nothing_hangs_over_and_all_text_can_be_read(
    browser: Browser, pages: dict[str, Path], width: int, scheme: Scheme
) -> None:
    for path in pages.values():
        page = open_page(browser, path, width, scheme)
        assert page.evaluate("document.documentElement.scrollWidth") == width
        assert page.evaluate(LOW_CONTRAST, AA_CONTRAST) == []
        assert page.evaluate("document.querySelector('img').naturalWidth") > 0
        page.close()


def test_dark_mode_is_dark(browser: Browser, pages: dict[str, Path]) -> None:
    page = open_page(browser, pages["incident"], 360, "dark")
    assert page.evaluate("getComputedStyle(document.querySelector('.card')).backgroundColor") == "rgb(27, 32, 39)"
    page.close()


def test_quotations_run_from_the_side_on_which_their_script_begins(browser: Browser, pages: dict[str, Path]) -> None:
    page = open_page(browser, pages["incident"], 720, "light")
    ways = page.eval_on_selector_all(
        ".said", "found => found.map(e => [e.lang, getComputedStyle(e).direction, getComputedStyle(e).textAlign])"
    )
    assert ways == [
        ["ru", "ltr", "left"],
        ["ar", "rtl", "right"],
        ["ckb", "rtl", "right"],
        ["ar", "rtl", "right"],
        ["kmr", "ltr", "left"],
    ]
    page.close()
