"""Random weights in the shapes of the full method's models, for tests: `python random_models.py tests/fixtures/speaker-models`.

Segmentation: `input_values` [batch, 1, samples] -> `logits` [batch, frames, 7], a frame every 270 samples, each seen
through 991, as pyannote segmentation 3.0. Embedding: `input_features` [batch, frames, 80] -> `last_hidden_state`
[batch, 256], as WeSpeaker's ResNet34. Single layers: small files, real interfaces.
"""
from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

FLOAT = TensorProto.FLOAT


def save(path: Path, nodes: list, weights: dict, given: tuple, made: tuple) -> None:
    graph = helper.make_graph(
        nodes, "random", [helper.make_tensor_value_info(*given)], [helper.make_tensor_value_info(*made)],
        [numpy_helper.from_array(values.astype(np.float32), name) for name, values in weights.items()])
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    onnx.checker.check_model(model)
    path.parent.mkdir(parents=True, exist_ok=True)
    onnx.save(model, path)


def main(out: Path) -> None:
    rng = np.random.default_rng(1)
    save(out / "onnx-community/pyannote-segmentation-3.0/onnx/model.onnx",
         [helper.make_node("Conv", ["input_values", "kernel"], ["scores"], strides=[270]),
          helper.make_node("Transpose", ["scores"], ["rows"], perm=[0, 2, 1]),
          helper.make_node("LogSoftmax", ["rows"], ["logits"], axis=-1)],
         {"kernel": rng.normal(0, 1, (7, 1, 991))},
         ("input_values", FLOAT, ["batch", 1, "samples"]), ("logits", FLOAT, ["batch", "frames", 7]))
    save(out / "onnx-community/wespeaker-voxceleb-resnet34-LM/onnx/model.onnx",
         [helper.make_node("MatMul", ["input_features", "kernel"], ["wide"]),
          helper.make_node("Tanh", ["wide"], ["bent"]),
          helper.make_node("ReduceMean", ["bent"], ["last_hidden_state"], axes=[1], keepdims=0)],
         {"kernel": rng.normal(0, 0.1, (80, 256))},
         ("input_features", FLOAT, ["batch", "frames", 80]), ("last_hidden_state", FLOAT, ["batch", 256]))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
