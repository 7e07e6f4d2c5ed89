"""Names with counts, as bars from the left: top narratives, lures, sources."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from falselight.charts.drawing import Palette, clean, frame, palette, shortened, text, text_width

_TOP, _ROW, _BAR, _MARGIN = 32, 22, 13, 8


def bars_svg(rows: Sequence[tuple[str, int]], *, title: str, width: int = 720, dark: bool = False) -> str:
    """A drawing of named counts in the order given; the height follows from the number of rows."""
    colours = palette(dark)
    height = _TOP + _ROW * max(len(rows), 1) + _MARGIN
    shapes = list(_rows(rows, width, colours)) or [text(_MARGIN, _TOP + 15, "Nothing to show", colours.quiet)]
    return frame(shapes, title=title, description=_describe(rows), width=width, height=height, colours=colours)


def _describe(rows: Sequence[tuple[str, int]]) -> str:
    return "; ".join(f"{name}: {count:,}" for name, count in rows) + "." if rows else "Nothing to show."


def _rows(rows: Sequence[tuple[str, int]], width: int, colours: Palette) -> Iterator[str]:
    if not rows:
        return
    names = min(max(text_width(name) for name, _ in rows), width * 0.4)
    counts = max(text_width(f"{count:,}") for _, count in rows)
    left = _MARGIN + names + 10
    room = width - left - counts - 6 - _MARGIN
    most = max([count for _, count in rows] + [1])
    for n, (name, count) in enumerate(rows):
        yield from _row(_TOP + n * _ROW, shortened(name, names), count, left, room * count / most, colours)


def _row(y: float, name: str, count: int, left: float, length: float, colours: Palette) -> Iterator[str]:
    yield text(left - 10, y + 14, name, colours.ink, anchor="end")
    place = f'x="{left:.1f}" y="{y + 4:.1f}" width="{max(length, 0.5):.1f}" height="{_BAR}"'
    yield f'<rect class="bar" {place} fill="{colours.bar}"><title>{clean(name)}: {count:,}</title></rect>'
    yield text(left + length + 6, y + 14, f"{count:,}", colours.quiet)
