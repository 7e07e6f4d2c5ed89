"""How good the tags are, on all evaluation sets, against the gate: `python bench/quality.py [--write]`.

Prints one figure a line and every breach of nlp/evaluation/floors.yml; exit 1 if there is one. `--write` keeps the
figures in nlp/evaluation/figures.json, from which `python -m nlp.evaluation.card` writes docs/model-card.md; that needs
the sets of others in ../shared/data, so that no figure of the card goes missing.
"""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path
from typing import Any

from falselight.settings import get_settings
from nlp.evaluation.gate import breaches, flat, load_bounds
from nlp.evaluation.measure import comparison, measure, write_figures
from nlp.evaluation.outside import DATA
from nlp.tagger import build_tagger


def main() -> int:
    """Measure, print, perhaps write; the exit status."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--encoder", default=get_settings().encoder, help="tagger to measure (default: the settings')")
    options.add_argument("--data", type=Path, default=DATA, help="folder with the sets of others")
    options.add_argument("--write", action="store_true", help="keep the figures in nlp/evaluation/figures.json")
    chosen = options.parse_args()
    data = chosen.data if chosen.data.is_dir() else None
    if chosen.write and data is None:
        options.error(f"{chosen.data} is not there; figures are kept only with the sets of others")
    figures = measured(chosen.encoder, data)
    if chosen.write:
        write_figures(figures)
    return report(figures)


def measured(encoder: str, data: Path | None) -> dict[str, Any]:
    """The tagger's figures and, beside them, how other taggers do."""
    started = time.monotonic()
    figures = {"tagger": encoder, **measure(build_tagger(encoder), data=data), "comparison": comparison(build_tagger)}
    print(f"measured in {time.monotonic() - started:.0f} s, tagger {encoder} {figures['revision']}")
    return figures


def report(figures: dict[str, Any]) -> int:
    """One figure a line, then what broke the gate; 1 if anything did."""
    for (name, key), value in flat(figures).items():
        print(f"{name:11} {key:55} {'–' if value is None else f'{value:.4f}'}")
    broken = list(breaches(figures, load_bounds()))
    print("\n".join(f"BELOW THE GATE  {one}" for one in broken) or "the gate holds")
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
