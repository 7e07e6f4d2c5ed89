"""What every chart shares: colours, text, the frame with its title and description.

Every shape has a class beside its colour: a page's style sheet may recolour it (dark mode), a mail or PNG needs no
style sheet. No style attributes: the desk's content security policy forbids them.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from xml.sax.saxutils import escape

FONT = "Lato, 'Segoe UI', Roboto, 'Noto Sans', 'DejaVu Sans', Arial, sans-serif"
TEXT_PX, TITLE_PX = 11, 13
# Control characters and lone surrogates are no XML; a chart must not break for one in a label.
_NO_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")


@dataclass(frozen=True, slots=True)
class Palette:
    """Colours of one mode. Text has at least 7:1 and shapes 3:1 against the ground (WCAG 2.2, 1.4.6 and 1.4.11).

    Blue bars and an orange line stay apart for every kind of colour blindness (Okabe and Ito, 2008), and the line is
    dashed besides.
    """

    ground: str
    ink: str
    quiet: str
    grid: str
    bar: str
    expected: str


LIGHT = Palette(ground="#ffffff", ink="#1d2733", quiet="#46525f", grid="#d9dee4", bar="#2a6496", expected="#b34700")
DARK = Palette(ground="#14191f", ink="#e8ecf0", quiet="#b4bec8", grid="#333d48", bar="#6fb1e5", expected="#f0a04b")


def palette(dark: bool) -> Palette:
    """The colours of a mode."""
    return DARK if dark else LIGHT


def clean(text: str) -> str:
    """Text as XML content: escaped, without characters that XML has no place for."""
    return escape(_NO_XML.sub("", text), {'"': "&quot;"})


def text_width(text: str, size_px: float = TEXT_PX) -> float:
    """Upper estimate of a text's width in pixels: no font is asked, since the reader's is not known."""
    ems = (1.05 if unicodedata.east_asian_width(char) in "WF" or char in "MWmw@%" else 0.6 for char in text)
    return size_px * sum(ems)


def shortened(text: str, room_px: float, size_px: float = TEXT_PX) -> str:
    """The text, cut with an ellipsis where it would not fit."""
    if text_width(text, size_px) <= room_px:
        return text
    while text and text_width(text + "…", size_px) > room_px:
        text = text[:-1]
    return text.rstrip() + "…"


def text(x: float, y: float, content: str, fill: str, *, anchor: str = "start", kind: str = "label") -> str:
    """A piece of text; `anchor`: start, middle or end of it lies at x."""
    return f'<text class="{kind}" x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" fill="{fill}">{clean(content)}</text>'


def frame(shapes: Iterable[str], *, title: str, description: str, width: int, height: int, colours: Palette) -> str:
    """The whole drawing. Screen readers get title and description, and none of the shapes."""
    name = "chart-" + hashlib.sha256(f"{width}{title}{description}".encode("utf-8", "replace")).hexdigest()[:8]
    heading = shortened(title, width - 16, TITLE_PX)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="chart" role="img" aria-labelledby="{name}-t {name}-d"'
        f' viewBox="0 0 {width} {height}" width="{width}" height="{height}" font-family="{FONT}"'
        f' font-size="{TEXT_PX}"><title id="{name}-t">{clean(title)}</title>'
        f'<desc id="{name}-d">{clean(description)}</desc>'
        f'<rect class="ground" width="{width}" height="{height}" fill="{colours.ground}"/>'
        f'<text class="heading" x="8" y="18" font-size="{TITLE_PX}" font-weight="700" fill="{colours.ink}">'
        f"{clean(heading)}</text>{''.join(shapes)}</svg>"
    )
