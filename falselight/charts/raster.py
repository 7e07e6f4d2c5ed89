"""SVG to PNG, for mail programs that show no SVG."""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files
from pathlib import Path

import resvg_py

_SCALE = 2.0  # twice the pixels: sharp on today's screens, some 15 kB
_BEYOND_LATO = re.compile("[\u0250-\U0010ffff]")
_PUNCTUATION = re.compile("[\u2010-\u203a\u20ac\u2122]")


def png(svg: str) -> bytes:
    """The drawing as PNG, twice its size in pixels. Raises ValueError for what is no SVG.

    Text is set in Lato, which comes with the package font-lato: a server or container often has no font at all, and
    a chart without numbers is worse than none. Other scripts than Latin need a font of the system.
    """
    only_latin = not _BEYOND_LATO.search(_PUNCTUATION.sub("", svg))
    drawn = resvg_py.svg_to_bytes(
        svg_string=svg,
        zoom=_SCALE,
        font_files=_lato(),
        font_family="Lato",
        sans_serif_family="Lato",
        # Reading all of a system's fonts takes longer than drawing; the same picture everywhere is worth more, too.
        skip_system_fonts=only_latin,
    )
    return bytes(drawn)


@cache
def _lato() -> list[str]:
    folder = Path(str(files("font_lato"))) / "files"
    return [str(folder / f"Lato-{weight}.ttf") for weight in ("Regular", "Bold")]
