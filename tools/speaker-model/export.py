"""The trained network -> ONNX: `python export.py RUN/checkpoint.pt OUT.onnx`.

Input `features` [windows, frames, 80], output `embeddings` [windows, 128]. Weights are kept in half precision, which
changes no embedding by more than rounding, and cast back when the file is loaded.
"""
from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import torch
from onnx import TensorProto, helper, numpy_helper

from network import Embedder


def in_half(model: onnx.ModelProto) -> onnx.ModelProto:
    graph = model.graph
    casts = []
    for weight in graph.initializer:
        values = numpy_helper.to_array(weight)
        if values.dtype != np.float32 or values.size < 256:
            continue
        name = weight.name
        weight.CopyFrom(numpy_helper.from_array(values.astype(np.float16), f"{name}_half"))
        casts.append(helper.make_node("Cast", [f"{name}_half"], [name], to=TensorProto.FLOAT))
    nodes = [*casts, *graph.node]
    del graph.node[:]
    graph.node.extend(nodes)
    return model


def main(checkpoint: Path, out: Path) -> None:
    model = Embedder().eval()
    model.load_state_dict(torch.load(checkpoint)["model"])
    example = torch.randn(3, 150, 80)
    torch.onnx.export(
        model, (example,), out, input_names=["features"], output_names=["embeddings"], opset_version=17, dynamo=False,
        dynamic_axes={"features": {0: "windows", 1: "frames"}, "embeddings": {0: "windows"}})
    onnx.save(in_half(onnx.load(out)), out)
    session = onnxruntime.InferenceSession(out.read_bytes())
    other = torch.randn(2, 97, 80)
    ours = session.run(None, {"features": other.numpy()})[0]
    with torch.no_grad():
        apart = float(np.abs(ours - model(other).numpy()).max())
    print(f"{out.name}: {out.stat().st_size} bytes, at most {apart:.5f} from the trained network")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
