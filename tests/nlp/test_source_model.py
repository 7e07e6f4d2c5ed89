"""Reading the source model: TensorFlow's checkpoint without TensorFlow, its names and layouts, the pieces that stay."""

from __future__ import annotations

import struct
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from falselight.errors import Halt
from nlp.training.transformer import source
from nlp.training.transformer.pieces import SPECIAL, kept, letters


def varint(number: int) -> bytes:
    """As protobuf and LevelDB write it."""
    out = bytearray()
    while number > 127:
        out.append(number & 127 | 128)
        number >>= 7
    return bytes([*out, number])


def field(number: int, value: bytes | int) -> bytes:
    if isinstance(value, int):
        return varint(number << 3) + varint(value)
    return varint(number << 3 | 2) + varint(len(value)) + value


def block(entries: list[tuple[bytes, bytes]]) -> bytes:
    """A LevelDB block with one restart; every key shares with the one before what it can."""
    out, last = b"", b""
    for key, value in entries:
        shared = next(
            (at for at, (a, b) in enumerate(zip(key, last, strict=False)) if a != b), min(len(key), len(last))
        )
        out += varint(shared) + varint(len(key) - shared) + varint(len(value)) + key[shared:] + value
        last = key
    return out + struct.pack("<II", 0, 1)


def write_checkpoint(prefix: Path, tensors: dict[str, np.ndarray]) -> None:
    data, entries = b"", [(b"", b"header")]
    for name, array in sorted(tensors.items()):
        shape = b"".join(field(2, field(1, size)) for size in array.shape)
        entry = field(1, 1) + field(2, shape) + field(4, len(data)) + field(5, array.nbytes)
        entries.append((name.encode(), entry))
        data += array.astype("<f4").tobytes()
    table = block(entries)
    index_at = len(table) + 5
    index = block([(b"zzz", varint(0) + varint(len(table)))])
    handles = varint(0) + varint(0) + varint(index_at) + varint(len(index))
    footer = handles.ljust(40, b"\0") + struct.pack("<Q", 0xDB4775248B80FB57)
    Path(f"{prefix}.index").write_bytes(table + b"\0" * 5 + index + b"\0" * 5 + footer)
    Path(f"{prefix}.data-00000-of-00001").write_bytes(data)


def test_a_checkpoint_comes_back_as_it_was_written(tmp_path: Path) -> None:
    tensors = {
        "module/bert/encoder/layer_0/output/dense/kernel": np.arange(6, dtype=np.float32).reshape(2, 3),
        "module/bert/encoder/layer_0/output/dense/bias": np.array([1.5, -2], dtype=np.float32),
    }
    write_checkpoint(tmp_path / "variables", tensors)
    read = source.read_checkpoint(tmp_path / "variables")
    assert read.keys() == tensors.keys()
    assert all(np.array_equal(read[name], tensors[name]) for name in tensors)


def test_a_file_that_is_no_checkpoint_is_refused(tmp_path: Path) -> None:
    (tmp_path / "variables.index").write_bytes(b"x" * 100)
    with pytest.raises(Halt, match="no checkpoint index"):
        source.read_checkpoint(tmp_path / "variables")


@given(st.integers(0, 2**60))
def test_numbers_of_any_length_are_read_back(number: int) -> None:
    assert source._varint(varint(number) + b"rest", 0) == (number, len(varint(number)))


@pytest.mark.parametrize(
    ("theirs", "ours"),
    [
        ("module/bert/encoder/layer_11/attention/self/query/kernel", "encoder.layer.11.attention.self.query.weight"),
        ("module/bert/embeddings/word_embeddings", "embeddings.word_embeddings.weight"),
        ("module/bert/embeddings/LayerNorm/gamma", "embeddings.LayerNorm.weight"),
    ],
)
def test_names_become_those_of_transformers(theirs: str, ours: str) -> None:
    assert source._name(theirs) == ours


def test_weights_are_turned_and_other_arrays_are_not() -> None:
    array = np.arange(6).reshape(2, 3)
    assert source._layout("a/kernel", array).shape == (3, 2)
    assert source._layout("a/word_embeddings", array).shape == (2, 3)


def test_unknown_letters_are_written_as_their_nearest() -> None:
    written = letters()
    assert written["ێ"] == "ی"
    assert written["ለ"] == "la"
    assert written["።"] == "."


def test_pieces_of_our_scripts_stay_and_those_of_others_go() -> None:
    pieces = [*SPECIAL, "[unused1]", "border", "##er", "граница", "حدود", "国", "ทาง", "!"]
    stay = [pieces[at] for at in kept(pieces, ["border!"])]
    assert stay == [*SPECIAL, "border", "##er", "граница", "حدود", "!"]
