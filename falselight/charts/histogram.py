"""Posts over time: a bar per step, and what was to be expected as a dashed line."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from falselight.charts.axes import count_text, count_ticks, date_labels, moment_text, step_text
from falselight.charts.drawing import Palette, clean, frame, palette, text, text_width

_TOP, _BOTTOM, _RIGHT = 32, 34, 12


@dataclass(frozen=True, slots=True)
class _Plot:
    """Where things lie. `top`: the count at the upper edge."""

    left: float
    width: float
    height: float
    steps: int
    top: int

    def x(self, step: float) -> float:
        return self.left + step * self.width / max(self.steps, 1)

    def y(self, count: float) -> float:
        return _TOP + self.height * (1 - count / self.top)


def histogram_svg(
    series: Sequence[tuple[datetime, int]],
    *,
    title: str,
    expected: Sequence[float] | None = None,
    width: int = 720,
    height: int = 200,
    dark: bool = False,
) -> str:
    """A drawing of counts per step of time; steps must be equally long, times aware.

    `expected`: one number per step (NaN where none is known), drawn as a dashed line; None leaves it out.
    Raises ValueError where `expected` has another length than `series`.
    """
    if expected is not None and len(expected) != len(series):
        raise ValueError(f"{len(expected)} expected counts for {len(series)} steps")
    colours = palette(dark)
    known = [value for value in expected or () if math.isfinite(value)]
    ticks = count_ticks(max([count for _, count in series] + known, default=1))
    left = 14 + max(text_width(count_text(tick)) for tick in ticks)
    plot = _Plot(left, width - left - _RIGHT, height - _TOP - _BOTTOM, len(series), ticks[-1])
    shapes = [
        *_grid(plot, ticks, colours),
        *_bars(plot, series, colours),
        *_dates(plot, [moment for moment, _ in series], colours),
        *_expectation(plot, expected or (), colours),
        *([] if series else [text(width / 2, height / 2, "No posts", colours.quiet, anchor="middle")]),
    ]
    description = describe(series, expected)
    return frame(shapes, title=title, description=description, width=width, height=height, colours=colours)


def describe(series: Sequence[tuple[datetime, int]], expected: Sequence[float] | None = None) -> str:
    """The chart in a sentence or two, for those who do not see it."""
    if not series:
        return "No posts."
    step = _step(series)
    most = max(series, key=lambda pair: pair[1])
    first, last = moment_text(series[0][0], step), moment_text(series[-1][0], step)
    found = f"{sum(count for _, count in series):,} posts per {step_text(step)}, {first} to {last} (UTC)."
    peak = f" Most on {moment_text(most[0], step)}: {most[1]:,}."
    known = [value for value in expected or () if math.isfinite(value)]
    return found + peak + (f" Expected were at most {max(known):,.1f}." if known else "")


def _step(series: Sequence[tuple[datetime, int]]) -> timedelta:
    return series[1][0] - series[0][0] if len(series) > 1 else timedelta(days=1)


def _grid(plot: _Plot, ticks: list[int], colours: Palette) -> Iterator[str]:
    for tick in ticks:
        y = plot.y(tick)
        kind, colour = ("grid", colours.grid) if tick else ("axis", colours.quiet)
        line = f'x1="{plot.left:.1f}" x2="{plot.left + plot.width:.1f}" y1="{y:.1f}" y2="{y:.1f}"'
        yield f'<line class="{kind}" {line} stroke="{colour}" stroke-width="1"/>'
        yield text(plot.left - 6, y + 4, count_text(tick), colours.quiet, anchor="end")


def _bars(plot: _Plot, series: Sequence[tuple[datetime, int]], colours: Palette) -> Iterator[str]:
    step = _step(series) if series else timedelta(days=1)
    slot = plot.width / max(len(series), 1)
    wide = max(min(slot * 0.84, 48), 0.8)  # one single bar shall not fill the whole chart
    for n, (moment, count) in enumerate(series):
        if count:
            x, y = plot.x(n + 0.5) - wide / 2, plot.y(count)
            place = f'x="{x:.2f}" y="{y:.1f}" width="{wide:.2f}" height="{plot.y(0) - y:.1f}"'
            tip = clean(f"{moment_text(moment, step)}: {count:,}")
            yield f'<rect class="bar" {place} fill="{colours.bar}"><title>{tip}</title></rect>'


def _dates(plot: _Plot, moments: Sequence[datetime], colours: Palette) -> Iterator[str]:
    for label in date_labels(moments, plot.width):
        x = plot.x(label.position + 0.5)
        half = text_width(max(label.upper, label.lower, key=len)) / 2
        x = min(max(x, half), plot.left + plot.width + _RIGHT - half)  # the outermost labels stay inside the drawing
        yield text(x, plot.y(0) + 15, label.upper, colours.quiet, anchor="middle")
        if label.lower:
            yield text(x, plot.y(0) + 28, label.lower, colours.quiet, anchor="middle")


def _expectation(plot: _Plot, expected: Sequence[float], colours: Palette) -> Iterator[str]:
    """A line with gaps where nothing is known, and its key at the upper right."""
    path, pen = [], "M"
    for n, value in enumerate(expected):
        if not math.isfinite(value):
            pen = "M"
            continue
        y = plot.y(min(max(value, 0), plot.top))
        # A step as long as its bar: an expectation is for the whole step, and one step alone is a line as well.
        path.append(f"{pen}{plot.x(n):.1f} {y:.1f}H{plot.x(n + 1):.1f}")
        pen = "L"
    if path:
        line = f'fill="none" stroke="{colours.expected}" stroke-width="2" stroke-dasharray="5 3"'
        yield f'<path class="expected" d="{"".join(path)}" {line}/>'
        right = plot.left + plot.width
        yield f'<path class="expected" d="M{right - 76:.1f} 14h22" {line}/>'
        yield text(right, 18, "expected", colours.quiet, anchor="end")
