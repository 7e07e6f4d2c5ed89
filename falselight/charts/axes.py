"""Axes that a person can read: round counts upwards, dates that never run into each other sideways."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import count

from falselight.charts.drawing import text_width

_DAY = timedelta(days=1)
_GAP_PX = 10
_MONDAY = datetime(1970, 1, 5, tzinfo=UTC)  # labels stand at multiples from here: full hours, midnights, Mondays
_HOURS, _DAYS = (1, 2, 3, 6, 12, 24, 48, 72, 168), (1, 2, 7, 14, 28, 56)


@dataclass(frozen=True, slots=True)
class DateLabel:
    """A label under a step: `upper` line, and below it what stays the same for several labels, when it changes."""

    position: int
    upper: str
    lower: str


def count_ticks(top: float, most: int = 4) -> list[int]:
    """Round numbers from 0 to at least `top`, no more than `most` above 0."""
    needed = max(top, 1) / most
    step = next(step for power in count() for step in (10**power, 2 * 10**power, 5 * 10**power) if step >= needed)
    return list(range(0, step * math.ceil(max(top, 1) / step) + 1, step))


def count_text(number: float) -> str:
    """A count for an axis: 950, 1,200, 15k, 2.5M."""
    if number >= 1_000_000:
        return f"{number / 1_000_000:g}M"
    return f"{number / 1_000:g}k" if number >= 10_000 else f"{number:,.0f}"


def date_labels(moments: Sequence[datetime], width_px: float) -> list[DateLabel]:
    """Labels for equal steps of time over `width_px`; as many as fit, at the same places of the clock."""
    if not moments:
        return []
    step = moments[1] - moments[0] if len(moments) > 1 else _DAY
    room = text_width("00 Www 0000" if step < _DAY else "00 Www") + _GAP_PX
    needed = math.ceil(room * len(moments) / width_px)
    stride = next((nice for nice in (_HOURS if step < _DAY else _DAYS) if nice >= needed), needed)
    chosen = [n for n, moment in enumerate(moments) if (moment - _MONDAY) // step % stride == 0]
    # Where the clock's places fall outside (few, long steps), the first step is always worth a label.
    return _labels(moments, chosen or [0], step)


def _labels(moments: Sequence[datetime], chosen: list[int], step: timedelta) -> list[DateLabel]:
    labels: list[DateLabel] = []
    before = ""
    for n in chosen:
        upper, lower = _words(moments[n], step)
        labels.append(DateLabel(n, upper, lower if lower != before else ""))
        before = lower
    return labels


def _words(moment: datetime, step: timedelta) -> tuple[str, str]:
    if step < _DAY:
        return f"{moment:%H:%M}", f"{moment.day} {moment:%b %Y}"
    return f"{moment.day} {moment:%b}", f"{moment:%Y}"


def moment_text(moment: datetime, step: timedelta) -> str:
    """A step in words: `8 Nov 2021`, or with the hour where a step is shorter than a day."""
    day = f"{moment.day} {moment:%b %Y}"
    return f"{day} {moment:%H:%M}" if step < _DAY else day


def step_text(step: timedelta) -> str:
    """`hour`, `day`, `week`, or the number of hours or days."""
    known = {timedelta(hours=1): "hour", _DAY: "day", 7 * _DAY: "week"}
    if step in known:
        return known[step]
    return f"{step / _DAY:g} days" if step >= _DAY else f"{step / timedelta(hours=1):g} hours"
