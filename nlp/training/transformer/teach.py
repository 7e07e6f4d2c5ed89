"""Teaching the upper layers all labels at once, on our corpus alone."""

from __future__ import annotations

import random
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import torch
from torch.nn import functional

from nlp.labels import BINARY
from nlp.training import learn
from nlp.training.held import held
from nlp.training.rows import STANCES, Row
from nlp.training.transformer.network import Upper
from nlp.training.transformer.states import Lower

PASSES = 4
# About thirty rows; of batches of one length, so that little is padding.
_BATCH_WORDS = 2048
RATE, _RATE_HEADS, _WARM_UP = 5e-5, 1e-3, 0.06
# A label is carried by one row in twenty: its presence weighs twice.
_PRESENCE = 2.0
_SEED = 20_211_202


def teach(
    upper: Upper, lower: Lower, rows: Sequence[Row], checkpoint: Path, *, passes: int = PASSES, rate: float = RATE
) -> None:
    """Passes over the rows that are not held; figures on those that are, and a checkpoint, after each.

    `rate`: of learning in the layers, at its highest; it falls to a fiftieth towards the end.
    """
    torch.manual_seed(_SEED)
    optimiser = torch.optim.AdamW(
        [
            {"params": upper.layers.parameters(), "lr": rate},
            {"params": upper.heads.parameters(), "lr": _RATE_HEADS * rate / RATE},
        ],
        weight_decay=0.01,
    )
    rates = [group["lr"] for group in optimiser.param_groups]
    started = time.monotonic()
    taught, aside = [row for row in rows if not held(row)], [row for row in rows if held(row)]
    lower.read([row.text for row in rows])
    for epoch in range(passes):
        batches = list(_batches(taught, lower, random.Random(_SEED + epoch)))
        upper.train()
        for at, batch in enumerate(batches):
            done = (epoch + at / len(batches)) / passes
            for group, highest in zip(optimiser.param_groups, rates, strict=True):
                group["lr"] = highest * min((done + 1e-3) / _WARM_UP, max(0.02, 1 - done))
            loss = _step(upper, lower, batch, optimiser)
            if at % 50 == 49:
                print(
                    f"epoch {epoch + 1}, {at + 1}/{len(batches)}, loss {loss:.2f}, {time.monotonic() - started:.0f} s",
                    flush=True,
                )
        torch.save(upper.state_dict(), checkpoint)
        _say(epoch, upper, lower, aside)


def _batches(rows: Sequence[Row], lower: Lower, chance: random.Random) -> Iterator[list[Row]]:
    """Rows of about one length together, in random order."""
    length = dict(zip((row.id for row in rows), lower.lengths([row.text for row in rows]), strict=True))
    batches: list[list[Row]] = [[]]
    for row in sorted(rows, key=lambda row: length[row.id] + chance.random() * 8):
        if batches[-1] and length[row.id] * (len(batches[-1]) + 1) > _BATCH_WORDS:
            batches.append([])
        batches[-1].append(row)
    chance.shuffle(batches)
    yield from batches


def _step(upper: Upper, lower: Lower, batch: Sequence[Row], optimiser: torch.optim.Optimizer) -> float:
    with torch.autocast("cpu", torch.bfloat16):
        logits = upper(*lower.batch([row.text for row in batch]))
    loss = _loss(logits.float(), learn.targets_of(batch))
    optimiser.zero_grad()
    loss.backward()
    torch.nn.utils.clip_grad_norm_(upper.parameters(), 1.0)
    optimiser.step()
    return float(loss)


def _loss(logits: torch.Tensor, targets: learn.Targets) -> torch.Tensor:
    weight = torch.tensor([1.0] + [_PRESENCE] * (len(BINARY) - 1))
    truth = torch.tensor(targets.binary, dtype=torch.float32)
    binary = functional.binary_cross_entropy_with_logits(
        logits[:, : len(BINARY)], truth, pos_weight=weight, reduction="none"
    )
    stance = functional.cross_entropy(logits[:, len(BINARY) :], torch.tensor(targets.stance), label_smoothing=0.05)
    # Fourteen labels together weigh about as much as the stance.
    return binary.sum(1).mean() / len(STANCES) + stance


@torch.no_grad()
def predict(upper: Upper, lower: Lower, rows: Sequence[Row]) -> np.ndarray:
    """float32 (rows, labels): the logits."""
    upper.eval()
    result = np.zeros((len(rows), len(BINARY) + len(STANCES)), dtype=np.float32)
    for at in np.argsort(lower.lengths([row.text for row in rows])).reshape(-1, 1):
        with torch.autocast("cpu", torch.bfloat16):
            result[at] = upper(*lower.batch([rows[int(at[0])].text])).float().numpy()
    return result


def _say(epoch: int, upper: Upper, lower: Lower, rows: Sequence[Row]) -> None:
    logits, targets = predict(upper, lower, rows).astype(np.float64), learn.targets_of(rows)
    chances = 1 / (1 + np.exp(-logits))
    chances[:, len(BINARY) :] = np.exp(logits[:, len(BINARY) :])
    figures = learn.cross_validated(chances, learn.thresholds(chances, targets), np.ones(len(STANCES)), targets)
    print(f"epoch {epoch + 1}: {len(rows)} rows kept aside: {figures}", flush=True)
