"""The one chart of a mail: posts per hour against the hourly mean of the window before."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from falselight.alerts.words import amount, compared, moment
from falselight.charts import histogram_svg, png
from falselight.window import Window

WIDTH, HEIGHT = 460, 190  # between a phone and a desk: its numbers can be read on both
FILE_NAME = "posts-per-hour.png"


def hourly_png(hours: Sequence[int], before: int, window: Window) -> bytes:
    """The posts per hour of a window as PNG. `before`: posts in the window before; their mean is the dashed line."""
    series = [(window.start + timedelta(hours=hour), count) for hour, count in enumerate(hours)]
    mean = [before / len(hours)] * len(hours)
    return png(histogram_svg(series, title="Posts per hour (UTC)", expected=mean, width=WIDTH, height=HEIGHT))


def in_words(hours: Sequence[int], before: int, window: Window) -> str:
    """What the chart shows, for those who cannot see it."""
    total, most = sum(hours), max(hours, default=0)
    hour = window.start + timedelta(hours=list(hours).index(most)) if hours else window.start
    peak = f", most of them in the hour from {moment(hour, year=False)} ({most})" if most else ""
    ahead = f"the {len(hours)} hours before {compared(total, before)}"
    return f"Posts per hour to {moment(window.end, year=False)}: {amount(total, 'post')}{peak}; in {ahead}."
