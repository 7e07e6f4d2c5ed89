"""The one chart of a mail: posts per hour, with the window before as what to expect."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from falselight.alerts.words import amount, compared, moment
from falselight.charts import histogram_svg, png
from falselight.window import Window

WIDTH, HEIGHT = 592, 200  # the width of the text in the mail
FILE_NAME = "posts-per-hour.png"


def hourly_png(hours: Sequence[int], before: Sequence[int], window: Window) -> bytes:
    """The posts per hour of a window as PNG; the line is the same hour of the window before."""
    series = [(window.start + timedelta(hours=hour), count) for hour, count in enumerate(hours)]
    svg = histogram_svg(series, title="Posts per hour (UTC)", expected=[float(count) for count in before], width=WIDTH, height=HEIGHT)
    return png(svg)


def in_words(hours: Sequence[int], before: Sequence[int], window: Window) -> str:
    """What the chart shows, for those who cannot see it."""
    total, most = sum(hours), max(hours, default=0)
    peak = f", most of them in the hour from {moment(_hour(hours, most, window), year=False)} ({most})" if most else ""
    ahead = f"the {len(before)} hours before {compared(total, sum(before))}"
    return f"Posts per hour to {moment(window.end, year=False)}: {amount(total, 'post')}{peak}; in {ahead}."


def _hour(hours: Sequence[int], most: int, window: Window) -> datetime:
    return window.start + timedelta(hours=list(hours).index(most))
