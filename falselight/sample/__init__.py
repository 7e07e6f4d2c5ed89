"""The bundled sample: an invented web of outlets and channels that replays autumn 2021 at the border with Belarus.

Content is ours and invented (`content/`); `web.py` serves it over real HTTP with the markup and the quirks of the
real thing. `catalogue/` is its catalogue, with the replay's fixed clock.
"""

from __future__ import annotations

from pathlib import Path

FOLDER = Path(__file__).parent
CATALOGUE = FOLDER / "catalogue"
CONTENT = FOLDER / "content"
