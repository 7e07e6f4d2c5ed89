"""Charts that can be read: by eyes, by screen readers, on a machine without fonts."""

from __future__ import annotations

import math
import re
import struct
import zlib
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from falselight.charts import bars_svg, histogram_svg, png
from falselight.charts.axes import count_ticks, date_labels
from falselight.charts.drawing import DARK, LIGHT, Palette, text_width

START = datetime(2021, 11, 1, tzinfo=UTC)
SVG = "{http://www.w3.org/2000/svg}"


def days(*counts: int) -> list[tuple[datetime, int]]:
    return [(START + timedelta(days=n), count) for n, count in enumerate(counts)]


def drawn(svg: str) -> ElementTree.Element:
    return ElementTree.fromstring(svg)


def labels(svg: str) -> list[str]:
    return [element.text or "" for element in drawn(svg).iter(f"{SVG}text") if element.get("class") == "label"]


def test_a_screen_reader_gets_title_and_description() -> None:
    root = drawn(histogram_svg(days(3, 0, 1_200), title="Visa offers", expected=[1, 1, 2.5]))
    title, description = root.find(f"{SVG}title"), root.find(f"{SVG}desc")
    assert title is not None and description is not None
    assert root.get("role") == "img"
    assert root.get("aria-labelledby") == f"{title.get('id')} {description.get('id')}"
    assert title.text == "Visa offers"
    assert description.text == (
        "1,203 posts per day, 1 Nov 2021 to 3 Nov 2021 (UTC). Most on 3 Nov 2021: 1,200. Expected were at most 2.5."
    )


def test_each_count_is_a_bar_with_a_tip_and_zero_is_none() -> None:
    root = drawn(histogram_svg(days(3, 0, 6), title="x"))
    bars = [bar for bar in root.iter(f"{SVG}rect") if bar.get("class") == "bar"]
    assert [bar.findtext(f"{SVG}title") for bar in bars] == ["1 Nov 2021: 3", "3 Nov 2021: 6"]
    assert float(bars[1].get("height", 0)) == pytest.approx(2 * float(bars[0].get("height", 0)), abs=0.2)


def test_nothing_found_is_said_in_words() -> None:
    assert "No posts" in labels(histogram_svg([], title="x"))
    assert "Nothing to show" in labels(bars_svg([], title="x"))


def test_an_expectation_has_gaps_where_nothing_is_known() -> None:
    svg = histogram_svg(days(1, 2, 3, 4), title="x", expected=[1, math.nan, 2, 9])
    path = next(path for path in drawn(svg).iter(f"{SVG}path") if path.get("class") == "expected")
    assert (path.get("d") or "").count("M") == 2
    assert "expected" in labels(svg)
    with pytest.raises(ValueError, match="1 expected counts for 2 steps"):
        histogram_svg(days(1, 2), title="x", expected=[1.0])


@given(st.integers(0, 10**9))
def test_count_ticks_are_few_round_and_reach_the_top(top: int) -> None:
    ticks = count_ticks(top)
    assert 2 <= len(ticks) <= 5
    assert ticks[0] == 0 and ticks[-1] >= max(top, 1)
    assert {b - a for a, b in pairwise(ticks)} == {ticks[1]}
    assert str(ticks[1]).rstrip("0") in {"1", "2", "5"}


@given(
    steps=st.integers(1, 800),
    hours=st.sampled_from([1, 3, 6, 24, 48, 168, 720]),
    start=st.datetimes(datetime(2000, 1, 1), datetime(2040, 1, 1)),
    width=st.integers(120, 1200),
)
def test_date_labels_never_overlap(steps: int, hours: int, start: datetime, width: int) -> None:
    moments = [start.replace(tzinfo=UTC) + timedelta(hours=hours) * n for n in range(steps)]
    found = date_labels(moments, width)
    assert found
    places = [(width * (label.position + 0.5) / steps, label) for label in found]
    for (left, one), (right, other) in pairwise(places):
        widest = max(text_width(text) for text in (one.upper, one.lower, other.upper, other.lower))
        assert right - left >= widest


def test_what_stays_the_same_is_written_once() -> None:
    found = date_labels([moment for moment, _ in days(*range(60))], 700)
    assert [label.lower for label in found if label.lower] == ["2021"]
    hourly = date_labels([START + timedelta(hours=n) for n in range(48)], 700)
    assert [label.lower for label in hourly if label.lower] == ["1 Nov 2021", "2 Nov 2021"]
    assert all(label.upper.endswith(":00") for label in hourly)


@given(st.text(st.characters() | st.sampled_from('<>&"\x00\ud800\u202e')))
def test_any_title_gives_well_formed_xml(title: str) -> None:
    drawn(histogram_svg(days(1), title=title))
    drawn(bars_svg([(title, 3)], title=title))


def test_long_names_are_cut_and_counts_stay_inside() -> None:
    root = drawn(bars_svg([("a very long name " * 9, 1_000_000), ("b", 0)], title="x", width=400))
    texts = [element for element in root.iter(f"{SVG}text") if element.get("class") == "label"]
    assert any((element.text or "").endswith("…") for element in texts)
    for element in texts:
        if element.get("text-anchor") == "start":
            assert float(element.get("x", 0)) + text_width(element.text or "") <= 400


def luminance(colour: str) -> float:
    parts = [int(colour[n : n + 2], 16) / 255 for n in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("colours", [LIGHT, DARK])
def test_colours_have_the_contrast_that_the_standard_asks_for(colours: Palette) -> None:
    assert contrast(colours.ink, colours.ground) >= 7
    assert contrast(colours.quiet, colours.ground) >= 7
    assert contrast(colours.bar, colours.ground) >= 3
    assert contrast(colours.expected, colours.ground) >= 3


def pixels(data: bytes) -> tuple[int, int, bytes]:
    """Width, height and unfiltered-enough bytes of a PNG: equal pictures have equal ones."""
    assert data.startswith(b"\x89PNG\r\n\x1a\n")
    width, height = struct.unpack(">II", data[16:24])
    chunks = re.findall(rb"IDAT(.*?)(?=....IEND|....IDAT)", data, re.DOTALL)
    return width, height, zlib.decompressobj().decompress(b"".join(chunk[:-4] for chunk in chunks))


def test_a_png_is_twice_the_size_of_the_drawing() -> None:
    width, height, _ = pixels(png(histogram_svg(days(1, 2), title="x", width=300, height=120)))
    assert (width, height) == (600, 240)


def test_text_is_in_the_png_even_without_system_fonts(monkeypatch: pytest.MonkeyPatch) -> None:
    with_text = histogram_svg(days(1, 2), title="Visa offers per day")
    without = re.sub(r"<text.*?</text>", "", with_text)
    # Latin drawings never read the system's fonts (raster.py): what is drawn here is drawn everywhere.
    assert png(with_text) != png(without)


def test_what_is_no_svg_is_a_value_error() -> None:
    with pytest.raises(ValueError, match=r"\w"):
        png("no svg")
