"""int8 weights alone: the fp32 export -> a file a quarter of its size whose texts are the same everywhere.

In: an exported encoder or merged decoder in fp32. Out: the same graph with every weight matrix stored as int8 and one
scale for each output channel, turned back into float32 by two nodes in front of the graph (`Cast`, `Mul`) that every
ONNX runtime folds once, when the session opens. Activations stay float32.

The decision to know: the usual dynamic int8 also rounds activations, with one scale for the whole batch, so that texts
depend on the runtime's last bit and on the neighbours in a batch (docs/decisions/0004-int8-rounding.md). `Cast` and
`Mul` rather than `DequantizeLinear`, because runtimes keep the latter unfolded for their own fusions.

`python weight_only.py FP32.onnx OUT.onnx`
"""
from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

SMALLEST_ELEMENTS = 10_000  # below, the scales and nodes would cost more than they save


def weight_axes(graph: onnx.GraphProto) -> dict[str, int]:
    """Weight -> the axis its scale does not share: columns of a matrix product, rows of a table that is looked up."""
    axes: dict[str, int] = {}
    for node in graph.node:
        if node.op_type == "MatMul":
            axes[node.input[1]] = 1
        elif node.op_type == "Gather":
            axes[node.input[0]] = 0
        for attribute in node.attribute:
            if attribute.type == onnx.AttributeProto.GRAPH:
                axes |= weight_axes(attribute.g)
    return axes


def quantize(weight: NDArray[np.float32], axis: int) -> tuple[NDArray[np.int8], NDArray[np.float32]]:
    """`[rows, columns]` -> int8 of that shape, and its scales along `axis`, shaped to multiply: symmetric, -127 to 127."""
    largest = np.abs(weight).max(axis=1 - axis, keepdims=True)
    scale = np.where(largest == 0, 1, largest / 127).astype(np.float32)
    return np.round(weight / scale).astype(np.int8), scale


def weight_only(model: onnx.ModelProto) -> onnx.ModelProto:
    """Changes `model` in place and gives it back."""
    graph = model.graph
    axes = weight_axes(graph)
    initializers, nodes = [], []
    for tensor in graph.initializer:
        is_weight = tensor.name in axes and len(tensor.dims) == 2 and tensor.data_type == TensorProto.FLOAT
        if not is_weight or np.prod(tensor.dims) < SMALLEST_ELEMENTS:
            initializers.append(tensor)
            continue
        values, scale = quantize(numpy_helper.to_array(tensor), axes[tensor.name])
        name = tensor.name
        initializers += [numpy_helper.from_array(values, f"{name}_int8"), numpy_helper.from_array(scale, f"{name}_scale")]
        nodes += [helper.make_node("Cast", [f"{name}_int8"], [f"{name}_cast"], name=f"{name}/Cast", to=TensorProto.FLOAT),
                  helper.make_node("Mul", [f"{name}_cast", f"{name}_scale"], [name], name=f"{name}/Mul")]
    nodes += graph.node
    for field, items in ((graph.initializer, initializers), (graph.node, nodes)):
        del field[:]
        field.extend(items)
    onnx.checker.check_model(model)
    return model


def main() -> None:
    source, target = map(Path, sys.argv[1:3])
    onnx.save(weight_only(onnx.load(source)), target)
    print(f"{target}: {target.stat().st_size / 1e6:.1f} MB of {source.stat().st_size / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
