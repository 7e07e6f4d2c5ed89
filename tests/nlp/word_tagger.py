"""Rows whose figures can be counted by hand, and a tagger that tags by the words in the text."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from falselight.tags import Reason, Route
from nlp.contract import Failed, Label, Tagged, Text
from nlp.training.rows import Row, read_rows

ROWS: list[dict[str, Any]] = [
    {"text": "visa offer", "relevant": True, "stance": "promotes", "lures": ["visa-offer"], "lang": "en", "style": "ad"},
    {"text": "visa to PL", "relevant": True, "stance": "reports", "lures": [], "lang": "en", "style": "ad",
     "routes": [{"transit": ["BY", "LT"], "destination": "PL"}], "corridor": ["eastern-land"]},
    {"text": "football", "relevant": False, "stance": "reports", "lang": "de", "style": "chat"},
    {"text": "broken", "relevant": True, "stance": "asks", "lang": "de", "style": "chat", "narratives": ["invasion"]},
]  # fmt: skip


class WordTagger:
    """Tags by the words in the text, so that the right figures are known."""

    revision = "words"

    def tag(self, texts: Iterable[Text]) -> Iterator[Tagged | Failed]:
        for text in texts:
            if "broken" in text.text:
                yield Failed(id=text.id, reason="broken", detail="as asked")
            else:
                yield self._tagged(text)

    def _tagged(self, text: Text) -> Tagged:
        route = Route(transit=("LT", "BY"), destination="PL")
        return Tagged(
            id=text.id,
            language="en",
            script="Latn",
            language_score=1.0,
            normalised=text.text,
            relevant=label("no" if "football" in text.text else "yes"),
            stance=label("promotes" if "offer" in text.text else "reports"),
            lures=(label("visa-offer"),) if "visa" in text.text else (),
            routes=((route, label(str(route))),) if "PL" in text.text else (),
            corridors=(label("eastern-land"),) if "PL" in text.text else (),
        )


def label(value: str) -> Label:
    return Label(value=value, score=0.75, origin="test", reasons=(Reason(kind="rule", text="test"),))


def write(path: Path, rows: list[dict[str, Any]]) -> Path:
    path.write_text("".join(json.dumps({"id": str(n), **row}) + "\n" for n, row in enumerate(rows)))
    return path


def as_rows(rows: list[dict[str, Any]]) -> list[Row]:
    with TemporaryDirectory() as folder:
        return list(read_rows(write(Path(folder) / "rows.jsonl", [{"lang": "en", **row} for row in rows])))
