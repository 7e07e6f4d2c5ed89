"""The network in torch: the upper layers and one small head per label, each reading the words that matter to it.

The lower layers stay as Google trained them: they are computed once and kept, so that an epoch costs the taught layers
alone. A head scores the mean of all words plus a mean weighed by its own attention: a promise told in one clause of a long
report must not drown in the rest.
"""

from __future__ import annotations

from typing import Any

import torch
from torch import nn

from nlp.labels import LABELS

_DROPOUT = 0.1


class Heads(nn.Module):
    """(texts, words, dims) → (texts, labels) logits. `look`: attention vector per label; `own`, `whole`: its weights."""

    def __init__(self, dims: int) -> None:
        super().__init__()
        labels = len(LABELS)
        self.look = nn.Parameter(torch.randn(labels, dims) * 0.02)
        self.own = nn.Parameter(torch.randn(labels, dims) * 0.02)
        self.whole = nn.Parameter(torch.randn(labels, dims) * 0.02)
        self.bias = nn.Parameter(torch.zeros(labels))

    def forward(self, states: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
        """`mask` (texts, words): 1 for words, 0 for padding."""
        mean = (states * mask[:, :, None]).sum(1) / mask.sum(1, keepdim=True)
        seen = (states @ self.look.T).masked_fill(mask[:, :, None] == 0, -1e4).softmax(1)
        own = ((states @ self.own.T) * seen).sum(1)
        return mean @ self.whole.T + own + self.bias


class Upper(nn.Module):
    """The taught layers of a BertModel and the heads; reads states of the layer below."""

    def __init__(self, layers: Any, dims: int) -> None:
        super().__init__()
        self.layers, self.heads, self.drop = layers, Heads(dims), nn.Dropout(_DROPOUT)

    def forward(self, states: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
        """Logits in the order of LABELS."""
        unseen = (1 - mask)[:, None, None, :].to(states.dtype) * -1e4
        for layer in self.layers:
            states = _states(layer(states, unseen))
        return self.heads(self.drop(states), mask)


class Whole(nn.Module):
    """What is exported: word pieces of one text in, logits out (no padding, hence no mask)."""

    def __init__(self, embeddings: Any, lower: Any, upper: Upper) -> None:
        super().__init__()
        self.embeddings, self.lower, self.upper = embeddings, lower, upper

    def forward(self, input_ids: torch.Tensor) -> torch.Tensor:
        """(1, words) → (1, labels)."""
        states = self.embeddings(input_ids)
        for layer in self.lower:
            states = _states(layer(states))
        return self.upper(states, torch.ones(input_ids.shape, dtype=states.dtype))


def _states(result: Any) -> torch.Tensor:
    """transformers' layers give the states alone or in a tuple, by version."""
    return result[0] if isinstance(result, tuple) else result
