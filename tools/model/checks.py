"""Checks of an exported model beside word error rates: no words out of silence, noise and music; timestamps that fit;
int8 that follows fp32; files within their limits.

`python checks.py MODEL_DIR RUN_DIR [--seconds 10]` prints one line a check, and leaves with 1 if one fails.
"""
from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

import numpy as np
import torch
from transformers import WhisperTokenizer

from audio import RATE, Samples
from reference_decoder import ReferenceDecoder
from shards import Store, Utterance

INT8_BYTES = 13_000_000  # what the repository can carry
STAMP_SECONDS = 0.2
REQUIRED = ("config.json", "generation_config.json", "preprocessor_config.json", "tokenizer.json",
            "tokenizer_config.json", "vocab.json", "merges.txt", "added_tokens.json", "special_tokens_map.json",
            *(f"onnx/{part}{variant}.onnx" for part in ("encoder_model", "decoder_model_merged")
              for variant in ("", "_quantized")))


def chord(hertz: list[float], seconds: float) -> Samples:
    """Decaying harmonics, something like a piano."""
    time = np.arange(int(seconds * RATE)) / RATE
    x = sum(np.sin(2 * np.pi * h * k * time) * np.exp(-time * k) / k for h in hertz for k in range(1, 6))
    return (0.08 * np.asarray(x)).astype(np.float32)


def wordless(seconds: float) -> dict[str, Samples]:
    rng = np.random.default_rng(5)
    length = int(seconds * RATE)
    time = np.arange(length) / RATE
    white = rng.standard_normal(length).astype(np.float32)
    brown = np.cumsum(white).astype(np.float32)
    brown -= np.convolve(brown, np.ones(1600) / 1600, "same").astype(np.float32)
    chords = [[261.6, 329.6, 392.0], [220.0, 261.6, 329.6], [174.6, 220.0, 261.6], [196.0, 246.9, 293.7]]
    music = np.concatenate([chord(chords[i % 4], 0.75) for i in range(int(seconds / 0.75))])
    return {"digital silence": np.zeros(length, np.float32), "faint noise": 0.001 * white, "white noise": 0.1 * white,
            "brown noise": 0.2 * brown / np.abs(brown).max(), "hum": 0.1 * np.sin(2 * np.pi * 50 * time).astype(np.float32),
            "tone": 0.3 * np.sin(2 * np.pi * 440 * time).astype(np.float32), "music": music}


def joined(utterances: list[Utterance], pause_seconds: float) -> tuple[Samples, list[tuple[float, float]]]:
    """Sentences with pauses between them, and where each begins and ends."""
    pieces, places, at = list[Samples](), list[tuple[float, float]](), pause_seconds
    for u in utterances:
        pieces += [np.zeros(int(pause_seconds * RATE), np.float32), u.samples]
        places.append((at, at + u.seconds))
        at += u.seconds + pause_seconds
    return np.concatenate(pieces), places


def stamp_errors(decoder: ReferenceDecoder, store: Store, group: str, count: int) -> tuple[list[float], int]:
    """How far the starts and ends of joined sentences are from the nearest timestamp of their kind, in seconds; and how
    many windows had another number of segments."""
    short = [u for u in store.test[group] if 2 < u.seconds < 5]
    errors, unlike = list[float](), 0
    for i in range(min(count, len(short) // 3)):
        audio, places = joined(short[3 * i: 3 * i + 3], 0.8)
        found = decoder.segments(audio)
        unlike += len(found) != len(places)
        for start, end in places:
            errors.append(min((abs(start - said) for said, _, _ in found), default=np.inf))
            errors.append(min((abs(end - said) for _, said, _ in found), default=np.inf))
    return errors, unlike


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("model", type=Path)
    parser.add_argument("run", type=Path)
    parser.add_argument("--seconds", type=float, default=10.0)
    parser.add_argument("--windows", type=int, default=8, help="of joined sentences, for each group")
    args = parser.parse_args()
    os.nice(19)
    torch.set_num_threads(1)
    failed = 0

    def report(ok: bool, line: str) -> None:
        nonlocal failed
        failed += not ok
        print("ok  " if ok else "FAIL", line, flush=True)

    missing = [name for name in REQUIRED if not (args.model / name).exists()]
    report(not missing, f"files: {'missing ' + ', '.join(missing) if missing else 'complete'}")
    size = sum(p.stat().st_size for p in (args.model / "onnx").glob("*_quantized.onnx"))
    report(size <= INT8_BYTES, f"int8 size: {size / 1e6:.1f} MB")
    decoder = ReferenceDecoder(args.model)
    for name, audio in wordless(args.seconds).items():
        for timestamps in (False, True):
            text = decoder.text(audio, timestamps)
            report(not text, f"{name}{' with timestamps' if timestamps else ''}: {text!r}")
    store = Store([args.run / "spoken", args.run / "human"], args.run / "phones.tsv",
                  WhisperTokenizer.from_pretrained(args.model))
    for group in sorted(store.test):
        errors, unlike = stamp_errors(decoder, store, group, args.windows)
        middle, far = (np.median(errors), np.quantile(errors, 0.9)) if errors else (np.inf, np.inf)
        report(bool(middle <= STAMP_SECONDS), f"timestamps {group}: median {middle:.2f} s, 90th percentile {far:.2f} s, "
               f"{unlike} of {args.windows} windows with another number of segments")
    sys.exit(bool(failed))


if __name__ == "__main__":
    main()
