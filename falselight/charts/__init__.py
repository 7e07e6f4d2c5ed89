"""Charts for mails, pages and reports: SVG text, and PNG where a reader shows no SVG."""

from falselight.charts.axes import step_text
from falselight.charts.bars import bars_svg
from falselight.charts.histogram import histogram_svg
from falselight.charts.raster import png

__all__ = ["bars_svg", "histogram_svg", "png", "step_text"]
