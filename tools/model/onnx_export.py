"""A transformers Whisper -> the folder that the hub's ONNX Whisper models have.

In: a WhisperForConditionalGeneration, a folder with its tokenizer files, its generation configuration. Out: a folder
with `onnx/encoder_model{,_quantized}.onnx`, `onnx/decoder_model_merged{,_quantized}.onnx` and the JSON files beside
them, as in onnx-community's `*_timestamped` repositories. Runs in the environment of requirements-export.txt.

The decision to know: optimum's own Whisper export leaves the cross-attentions out, and word times are computed from
them, so its configuration is widened by one output for each decoder layer.
"""
from __future__ import annotations

import json
import shutil
import tempfile
from pathlib import Path
from typing import Any

import onnx
from onnxruntime.quantization import QuantType
from onnxruntime.quantization.onnx_quantizer import ONNXQuantizer
from onnxruntime.quantization.quant_utils import QuantizationMode
from optimum.exporters.onnx import main_export
from optimum.exporters.onnx.config import ConfigBehavior
from optimum.exporters.onnx.model_configs import WhisperOnnxConfig
from transformers import WhisperFeatureExtractor, WhisperForConditionalGeneration

PARTS = ("encoder_model", "decoder_model_merged")


class TimestampedWhisper(WhisperOnnxConfig):
    """Also puts out `cross_attentions.{layer}` [batch, heads, tokens, frames]."""

    @property
    def outputs(self) -> dict[str, dict[int, str]]:
        outputs = super().outputs
        if self._behavior is ConfigBehavior.DECODER:
            for layer in range(self._config.decoder_layers):
                outputs[f"cross_attentions.{layer}"] = {
                    0: "batch_size", 2: "decoder_sequence_length", 3: "encoder_sequence_length"}
        return outputs


def quantize(source: Path, target: Path) -> None:
    """int8 weights of MatMul and embedding, as transformers.js's scripts make for `q8`. Convolutions, 3 % of the
    weights, stay float."""
    quantizer = ONNXQuantizer(
        onnx.load(source), per_channel=True, reduce_range=False, mode=QuantizationMode.IntegerOps, static=False,
        weight_qType=QuantType.QInt8, activation_qType=QuantType.QUInt8, tensors_range=None, nodes_to_quantize=[],
        nodes_to_exclude=[], op_types_to_quantize=["MatMul", "Gather"],
        extra_options={"EnableSubgraph": True, "MatMulConstBOnly": True})
    quantizer.quantize_model()
    onnx.save(quantizer.model.model, target)


def export_folder(model: WhisperForConditionalGeneration, tokenizer: Path, generation: dict[str, Any], target: Path,
                  cross_attentions: bool = True, dynamic_audio_context: bool = False) -> None:
    """Writes the whole model folder `target`; an older one of that name is replaced only when the new one is complete.

    `dynamic_audio_context`: the model was trained on windows of all lengths; Longhand's own key of `config.json`, which
    lets the app give it short ones.
    """
    with tempfile.TemporaryDirectory(dir=target.absolute().parent) as name:
        source, exported, staged = Path(name) / "source", Path(name) / "exported", Path(name) / "staged"
        model.generation_config = type(model.generation_config)(**generation)
        model.save_pretrained(source)
        for path in tokenizer.iterdir():
            shutil.copyfile(path, source / path.name)
        WhisperFeatureExtractor(feature_size=model.config.num_mel_bins).save_pretrained(source)
        extra: dict[str, Any] = {}
        if cross_attentions:
            # eager attention is the only one of transformers' implementations that returns its weights
            custom = TimestampedWhisper(config=model.config, task="automatic-speech-recognition")
            extra = {"model_kwargs": {"output_attentions": True}, "custom_onnx_configs": {
                "encoder_model": custom.with_behavior("encoder"),
                "decoder_model": custom.with_behavior("decoder", use_past=True, use_past_in_inputs=False),
                "decoder_with_past_model": custom.with_behavior("decoder", use_past=True, use_past_in_inputs=True)}}
        main_export(str(source), exported, task="automatic-speech-recognition-with-past", library_name="transformers",
                    no_post_process=False, do_validation=False, device="cpu", **extra)
        (staged / "onnx").mkdir(parents=True)
        for part in PARTS:
            shutil.copy(exported / f"{part}.onnx", staged / "onnx")
            quantize(exported / f"{part}.onnx", staged / "onnx" / f"{part}_quantized.onnx")
        for path in source.iterdir():
            if path.suffix in (".json", ".txt"):
                shutil.copyfile(path, staged / path.name)
        (staged / "generation_config.json").write_text(json.dumps(generation, indent=2) + "\n")
        config = json.loads((staged / "config.json").read_text())
        config |= {"dtype": "float32", "torch_dtype": "float32", "suppress_tokens": [], "forced_decoder_ids": None,
                   "transformers.js_config": {"dtype": "q8"}}
        config.pop("output_attentions", None)
        if dynamic_audio_context:
            config["dynamic_audio_context"] = True
        (staged / "config.json").write_text(json.dumps(config, indent=2) + "\n")
        replace(staged, target)


def replace(new: Path, target: Path) -> None:
    """Renames `new` to `target`, both on one file system; a half-written model folder is never seen."""
    old = target.with_name(target.name + ".old")
    shutil.rmtree(old, ignore_errors=True)
    if target.exists():
        target.rename(old)
    new.rename(target)
    shutil.rmtree(old, ignore_errors=True)
