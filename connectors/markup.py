"""HTML fragments to plain text that reads as a person reads them: paragraphs kept, scripts gone."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from urllib.parse import urljoin

from lxml import etree
from lxml import html as lxml_html

# What XML and lxml cannot hold; references to such characters come from broken generators.
_UNREADABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_TAG = re.compile(r"</?[A-Za-z][^<>]{0,2000}>|<!--.*?-->", re.DOTALL)
_SPACES = re.compile(r"[ \t\r\f\v\u00a0]+")
_SOURCE_LINES = re.compile(r"[ \t\r\n\f\v\u00a0]+")
_BLOCKS = frozenset({
    "address", "article", "aside", "blockquote", "center", "dd", "div", "dl", "dt", "fieldset", "figcaption",
    "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "li", "main", "nav", "ol", "p",
    "pre", "section", "table", "tbody", "td", "tfoot", "th", "thead", "tr", "ul",
})  # fmt: skip
_DROPPED = frozenset({
    "audio", "button", "canvas", "embed", "head", "iframe", "math", "noscript", "object", "script", "select",
    "style", "svg", "template", "textarea", "video",
})  # fmt: skip


def readable(text: str) -> str:
    """The text with U+FFFD for every character that a parser cannot hold."""
    return _UNREADABLE.sub("\ufffd", text)


def fragment(markup: str) -> lxml_html.HtmlElement:
    """An element around a fragment; never raises, broken markup is repaired."""
    parser = lxml_html.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True, huge_tree=True)
    whole = f"<div>{readable(markup)}</div>".encode()
    return lxml_html.document_fromstring(whole, parser=parser, ensure_head_body=False)


def html_to_text(markup: str) -> str:
    """Text of an HTML fragment; a blank line between paragraphs. Twice-escaped tags are taken for tags."""
    text = _one_pass(markup)
    return _one_pass(text) if _TAG.search(text) and _twice_escaped(text) else text


def _one_pass(markup: str) -> str:
    if not _TAG.search(markup):  # plain text: its own line breaks are meant
        return tidy(html.unescape(readable(markup)))
    text = element_text(fragment(markup))
    # The parser gives up on markup that nests thousands deep; its words are still there.
    return text or tidy(html.unescape(_TAG.sub(" ", readable(markup))))


def _twice_escaped(text: str) -> bool:
    # Only markup that nobody writes for readers: an article about HTML keeps its examples.
    return bool(re.search(r"<(?:p|br|div|span|strong|em|img|a\s+href)\b[^<>]*>", text, re.IGNORECASE))


def one_line(markup: str) -> str:
    """A title: tags and references resolved (also twice-escaped ones), everything on one line."""
    text = readable(markup)
    for _ in range(2):
        text = html.unescape(_TAG.sub(" ", text))
    return " ".join(_TAG.sub(" ", text).split())


def element_text(root: lxml_html.HtmlElement) -> str:
    """Text of an element with all that is in it, without scripts and players."""
    return tidy("".join(_pieces(root)))


def _pieces(root: lxml_html.HtmlElement) -> Iterator[str]:
    # Walked without recursion: hostile pages nest deeper than Python's stack.
    walk = etree.iterwalk(root, events=("start", "end"))
    preformatted = 0
    for event, element in walk:
        tag = element.tag if isinstance(element.tag, str) else ""
        preformatted += (tag == "pre") * (1 if event == "start" else -1)
        if event == "start":
            if tag in _DROPPED:
                walk.skip_subtree()
                continue
            yield _opening(tag, element)
            yield _inner(element.text, preformatted)
        else:
            yield "\n\n" if tag == "p" else "\n" if tag in _BLOCKS else ""
            yield _inner(element.tail if element is not root else None, preformatted)


def _opening(tag: str, element: lxml_html.HtmlElement) -> str:
    if tag == "br":
        return "\n"
    if tag == "img" and "emoji" in (element.get("class") or ""):
        return element.get("alt") or ""
    return "\n\n" if tag == "p" else "\n" if tag in _BLOCKS else ""


def _inner(text: str | None, preformatted: int) -> str:
    if not text:
        return ""
    return text if preformatted else _SOURCE_LINES.sub(" ", text)


def tidy(text: str) -> str:
    """Single blanks, no blanks at line ends, at most one empty line in a row."""
    lines = [_SPACES.sub(" ", line).strip() for line in text.replace("\r\n", "\n").replace("\r", "\n").split("\n")]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def hyperlinks(root: lxml_html.HtmlElement, base: str) -> Iterator[str]:
    """Absolute http(s) targets of all links in an element, in order."""
    for anchor in root.iter("a"):
        target = web_link(anchor.get("href") or "", base)
        if target:
            yield target


def web_link(target: str, base: str = "") -> str | None:
    """The absolute http(s) address of a link; None for anything else (mailto, javascript, page-internal)."""
    target = target.strip()
    if not target or target.startswith(("#", "?")):
        return None
    try:
        whole = urljoin(base, target)
    except ValueError:
        return None
    return readable(whole) if whole.lower().startswith(("http://", "https://")) else None
