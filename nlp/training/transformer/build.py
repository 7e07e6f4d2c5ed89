"""The parts of the build: source model to torch modules, torch modules to a folder that transformers and ONNX Runtime read."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch

from nlp.labels import LABELS
from nlp.training.transformer.network import Upper
from nlp.training.transformer.pieces import MAX_TOKENS, kept, save_tokenizer
from nlp.training.transformer.source import fetch
from nlp.training.transformer.states import Lower

# Seven of twelve layers; four stay as they came. Raw layer 8 reads better than 12 (DESIGN §6), 80 MB hold no more.
LAYERS, LOWER = 7, 4


def prepare(source: Path, texts: Sequence[str], folder: Path) -> tuple[Any, Lower, Upper]:
    """The cut BertModel, its lower part and the untaught upper part; writes tokenizer and config to the folder."""
    from transformers import AutoTokenizer, BertModel

    tensors, pieces = fetch(source)
    folder.mkdir(parents=True, exist_ok=True)
    if not (folder / "tokenizer.json").is_file():
        save_tokenizer([pieces[at] for at in kept(pieces, texts)], folder)
    # What is taught already reads the pieces it was taught with, also when the corpus has grown since.
    there = set(AutoTokenizer.from_pretrained(folder).get_vocab())
    places = [at for at, piece in enumerate(pieces) if piece in there]
    config = _config(len(places))
    config.save_pretrained(folder)
    model = BertModel(config, add_pooling_layer=False)
    for name, chosen in (("word", places), ("position", range(MAX_TOKENS))):
        tensors[f"embeddings.{name}_embeddings.weight"] = tensors[f"embeddings.{name}_embeddings.weight"][[*chosen]]
    model.load_state_dict({name: torch.from_numpy(tensors[name]) for name in model.state_dict() if name in tensors})
    layers = model.encoder.layer
    tokenizer = AutoTokenizer.from_pretrained(folder)
    lower = Lower(model.embeddings.eval(), layers[:LOWER].eval(), tokenizer)
    return model, lower, Upper(layers[LOWER:], config.hidden_size)


def _config(pieces: int) -> Any:
    from transformers import BertConfig

    config = BertConfig(
        vocab_size=pieces,
        num_hidden_layers=LAYERS,
        max_position_embeddings=MAX_TOKENS,
        layer_norm_eps=1e-12,
        hidden_act="gelu_new",
    )
    config._attn_implementation = "eager"  # noqa: SLF001 - the one that exports to plain operators
    config.id2label = dict(enumerate(LABELS))
    config.label2id = {label: at for at, label in enumerate(LABELS)}
    return config
