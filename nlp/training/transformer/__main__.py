"""`python -m nlp.training.transformer FOLDER`: fetch, cut, teach, export. Needs Maven and the extra `train` (torch)."""

from __future__ import annotations

import argparse
import hashlib
import sys
from dataclasses import dataclass
from pathlib import Path

import torch

from nlp.training.corpus import corpus_rows
from nlp.training.held import held
from nlp.training.rows import Row
from nlp.training.transformer.build import prepare
from nlp.training.transformer.export import export
from nlp.training.transformer.teach import RATE, teach

CHECKPOINT = "taught.pt"
_AGAIN_SLOWER = 0.6
SOURCE = Path.home() / ".cache" / "falselight"


def main() -> None:
    """From the source model to FOLDER/model.onnx with its tokenizer and config; a checkpoint after each pass."""
    options = argparse.ArgumentParser(prog="nlp.training.transformer", description=__doc__)
    options.add_argument("folder", type=Path, help="where tokenizer, config, checkpoint and graph go")
    options.add_argument("--source", type=Path, default=SOURCE, help="keeps the jar")
    options.add_argument("--export-only", action="store_true", help="export FOLDER's checkpoint again")
    options.add_argument("--further", default="", help="go on from the checkpoint: files by this beginning, by comma")
    options.add_argument("--passes", type=int, default=2, help="with --further: how many")
    options.add_argument("--tenths", type=int, default=4, help="with --further: of the other rows, how many in ten")
    chosen = options.parse_args()
    further = Further(tuple(filter(None, chosen.further.split(","))), chosen.passes, chosen.tenths)
    graph = make(chosen.folder, source=chosen.source, export_only=chosen.export_only, further=further)
    sys.stdout.write(f"{graph} {graph.stat().st_size / 1e6:.1f} MB\n")


@dataclass(frozen=True, slots=True)
class Further:
    """Going on from a checkpoint: files by the beginnings of their names, and so many tenths of the other rows.

    Without the others what was learned from them would be lost.
    """

    beginnings: tuple[str, ...] = ()
    passes: int = 2
    tenths: int = 4

    def takes(self, row: Row) -> bool:
        """Whether the row is read again; those kept aside always are, for the figures."""
        share = int(hashlib.sha256(row.text.encode()).hexdigest(), 16) % 10
        return held(row) or share < self.tenths or Path(row.where).name.startswith(self.beginnings)


def make(folder: Path, *, source: Path = SOURCE, export_only: bool = False, further: Further = Further()) -> Path:
    """Build the model in the folder and return its graph. `export_only`: export the checkpoint that is there."""
    rows = corpus_rows()
    model, lower, upper = prepare(source, [row.text for row in rows], folder)
    checkpoint = folder / CHECKPOINT
    if further.beginnings:
        upper.load_state_dict(torch.load(checkpoint, weights_only=True))
        again = [row for row in rows if further.takes(row)]
        teach(upper, lower, again, checkpoint, passes=further.passes, rate=RATE * _AGAIN_SLOWER)
    elif not export_only:
        teach(upper, lower, rows, checkpoint)
    upper.load_state_dict(torch.load(checkpoint, weights_only=True))
    return export(model, upper, folder)


if __name__ == "__main__":
    main()
