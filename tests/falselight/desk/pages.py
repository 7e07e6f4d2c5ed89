"""Reading a page in tests: a few CSS selectors over lxml, which needs one more package for them."""

from __future__ import annotations

import re

import httpx
from lxml import html

_SIMPLE = re.compile(r"(?P<tag>^[a-z0-9]+)|\.(?P<kind>[\w-]+)|#(?P<id>[\w-]+)|\[(?P<name>\w+)=(?P<value>[^\]]+)\]")


def tree_of(answer: httpx.Response, status: int = 200) -> html.HtmlElement:
    """The elements of a page that came with the given status."""
    assert answer.status_code == status, answer.text
    return html.fromstring(answer.text)


def css(tree: html.HtmlElement, selector: str) -> list[html.HtmlElement]:
    """Elements by descendants of tags, classes, ids and attributes: `nav.pages a[rel=next]`."""
    return tree.xpath("." + "".join(f"//{_step(part)}" for part in selector.split()))  # type: ignore[no-any-return]


def _step(part: str) -> str:
    tag, tests = "*", ""
    for match in _SIMPLE.finditer(part):
        tag = match["tag"] or tag
        if match["kind"]:
            tests += f"[contains(concat(' ', normalize-space(@class), ' '), ' {match['kind']} ')]"
        elif match["id"] or match["name"]:
            tests += f"[@{match['name'] or 'id'}='{match['value'] or match['id']}']"
    return tag + tests


def words(element: html.HtmlElement) -> str:
    """The text of an element with single spaces."""
    return " ".join(element.text_content().split())
