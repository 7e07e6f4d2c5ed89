"""From the taught network to one ONNX graph of at most 80 MB: layers in 8 bits, word pieces in 4.

Four bits a number, scaled by blocks, change the states after eight layers by .004 in (centred) cosine; factorising
the table to 256 columns changes them by .32 (docs/decisions/0016). The heads stay in 32 bits: thresholds are near.
"""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import torch

from nlp.training.transformer.build import LOWER
from nlp.training.transformer.network import Upper, Whole

_PIECE_BITS, _PIECE_BLOCK = 4, 64
_OPSET = 20


def export(model: Any, upper: Upper, folder: Path) -> Path:
    """Write FOLDER/model.onnx (input_ids → logits) and return its path."""
    whole = Whole(model.embeddings, model.encoder.layer[:LOWER], upper).eval()
    ids = torch.randint(10, 1000, (1, 24))
    with tempfile.TemporaryDirectory() as scratch:
        plain, layers = Path(scratch, "plain.onnx"), Path(scratch, "layers.onnx")
        torch.onnx.export(
            whole,
            (ids,),
            str(plain),
            input_names=["input_ids"],
            output_names=["logits"],
            dynamic_axes={"input_ids": {1: "words"}},
            opset_version=_OPSET,
            dynamo=False,
        )
        _layers_in_eight_bits(plain, layers)
        _pieces_in_four_bits(layers, folder / "model.onnx")
    return folder / "model.onnx"


def _pieces_in_four_bits(source: Path, target: Path) -> None:
    import onnx
    from onnxruntime.quantization.matmul_nbits_quantizer import MatMulNBitsQuantizer

    quantiser = MatMulNBitsQuantizer(
        onnx.load(str(source)),
        bits=_PIECE_BITS,
        block_size=_PIECE_BLOCK,
        is_symmetric=True,
        op_types_to_quantize=("Gather",),
        quant_axes=(("Gather", 1),),
        nodes_to_exclude=_small_tables(source),
    )
    quantiser.process()
    quantiser.model.save_model_to_file(str(target), False)


def _small_tables(path: Path) -> list[str]:
    """Gather nodes other than the table of pieces (places and kinds of words)."""
    import onnx

    graph = onnx.load(str(path)).graph
    rows = {table.name: table.dims[0] for table in graph.initializer if table.dims}
    return [node.name for node in graph.node if node.op_type == "Gather" and rows.get(node.input[0], 0) < 10_000]


def _layers_in_eight_bits(source: Path, target: Path) -> None:
    import onnx
    from onnxruntime.quantization import QuantType, quantize_dynamic

    nodes = onnx.load(str(source)).graph.node
    heads = [node.name for node in nodes if node.op_type == "MatMul" and "heads" in node.name]
    quantize_dynamic(
        source,
        target,
        weight_type=QuantType.QInt8,
        per_channel=True,
        op_types_to_quantize=["MatMul"],
        nodes_to_exclude=heads,
    )
