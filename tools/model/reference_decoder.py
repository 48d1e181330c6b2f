"""The reference that Longhand's own engine is held against: transformers' feature extractor and timestamp rules,
native onnxruntime, greedy, one window of 30 s. One thread, so that it disturbs little and figures are comparable."""
from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime
import torch
from numpy.typing import NDArray
from transformers import GenerationConfig, WhisperFeatureExtractor, WhisperTokenizer
from transformers.generation.logits_process import SuppressTokensLogitsProcessor, WhisperTimeStampLogitsProcessor

from audio import RATE, Samples
from tokenizer import ids_of

POSITIONS = 448  # of Whisper's decoder, prompt included


class ReferenceDecoder:
    def __init__(self, model: Path, variant: str = "_quantized") -> None:
        """`variant` is the file name's ending: "_quantized" (int8) or "" (fp32)."""
        self.extract = WhisperFeatureExtractor.from_pretrained(model)
        self.tokenizer = WhisperTokenizer.from_pretrained(model)
        generation: dict[str, Any] = json.loads((model / "generation_config.json").read_text())
        self.generation = GenerationConfig(**generation)
        self.suppressed: list[int] = generation.get("suppress_tokens") or []
        self.eot: int = generation["eos_token_id"]
        config = json.loads((model / "config.json").read_text())
        self.heads, self.layers = config["decoder_attention_heads"], config["decoder_layers"]
        self.head_width = config["d_model"] // self.heads
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        self.encoder, self.decoder = (
            onnxruntime.InferenceSession(str(model / "onnx" / f"{part}{variant}.onnx"), options,
                                         providers=["CPUExecutionProvider"])
            for part in ("encoder_model", "decoder_model_merged"))
        self.outputs = [o.name for o in self.decoder.get_outputs()]
        *self.prompt, self.bare, self.zero = ids_of(self.tokenizer, [
            "<|startoftranscript|>", "<|en|>", "<|transcribe|>", "<|notimestamps|>", "<|0.00|>"])

    def tokens(self, audio: Samples, timestamps: bool = True) -> list[int]:
        """At most 30 s of audio -> tokens after the prompt, without the end of text."""
        mel = self.extract(audio, sampling_rate=RATE, return_tensors="np").input_features
        memory = self.encoder.run(None, {"input_features": mel})[0]
        prompt = self.prompt if timestamps else [*self.prompt, self.bare]
        rules: list[Any] = [SuppressTokensLogitsProcessor(self.suppressed, device="cpu")]
        if timestamps:
            rules.append(WhisperTimeStampLogitsProcessor(self.generation, begin_index=len(prompt)))
        else:
            rules.append(SuppressTokensLogitsProcessor(list(range(self.zero, len(self.tokenizer))), device="cpu"))
        past: dict[str, NDArray[np.float32]] = {
            f"past_key_values.{i}.{side}.{kind}": np.zeros((1, self.heads, 0, self.head_width), np.float32)
            for i in range(self.layers) for side in ("decoder", "encoder") for kind in ("key", "value")}
        sequence, feed, first = list(prompt), np.array([prompt], np.int64), True
        while len(sequence) < POSITIONS:
            out = dict(zip(self.outputs, self.decoder.run(None, {
                "input_ids": feed, "encoder_hidden_states": memory, "use_cache_branch": np.array([not first]), **past})))
            for name in past:
                if ".decoder." in name or first:  # the encoder's keys and values are made once
                    past[name] = out[name.replace("past_key_values", "present")]
            logits = torch.from_numpy(out["logits"][:, -1].copy())
            for rule in rules:
                logits = rule(torch.tensor([sequence]), logits)
            following = int(logits.argmax())
            if following == self.eot:
                break
            sequence.append(following)
            feed, first = np.array([[following]], np.int64), False
        return sequence[len(prompt):]

    def text(self, audio: Samples, timestamps: bool = True) -> str:
        return str(self.tokenizer.decode([t for t in self.tokens(audio, timestamps) if t < self.eot])).strip()

    def segments(self, audio: Samples) -> list[tuple[float, float, str]]:
        """(start, end, text) in seconds; a segment that the model left open ends with the window."""
        out: list[tuple[float, float, str]] = []
        start, words = 0.0, list[int]()
        for token in [*self.tokens(audio), self.zero + 1500]:
            if token < self.zero:
                words.append(token)
                continue
            seconds = (token - self.zero) * 0.02
            if words:
                out.append((start, seconds, str(self.tokenizer.decode(words)).strip()))
            start, words = seconds, []
        return out
