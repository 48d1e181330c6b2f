"""Audio files -> mono float32 samples at 16 kHz, the one rate of the recipe."""
from __future__ import annotations

import subprocess
from pathlib import Path

import numpy as np
import soundfile as sf
from numpy.typing import NDArray
from scipy.signal import resample_poly

RATE = 16000
Samples = NDArray[np.float32]  # [samples], mono, full scale 1
Stored = NDArray[np.int16]  # [samples], as shards hold them


def load(path: Path) -> Samples:
    """WAV or FLAC of any rate, mixed down and resampled."""
    audio, rate = sf.read(path, dtype="float32", always_2d=True)
    mono = audio.mean(axis=1)
    if rate != RATE:
        divisor = np.gcd(rate, RATE)
        mono = resample_poly(mono, RATE // divisor, rate // divisor).astype(np.float32)
    return mono


def decode(path: Path) -> Stored:
    """Anything that ffmpeg reads."""
    command = ["ffmpeg", "-v", "error", "-i", str(path), "-ac", "1", "-ar", str(RATE), "-f", "s16le", "-"]
    return np.frombuffer(subprocess.run(command, capture_output=True, check=True).stdout, np.int16)


def trim(audio: Samples, keep_seconds: float = 0.06) -> Samples:
    """Cuts near-silence (1 % of the peak) at both ends, keeping `keep_seconds` of it; empty if there is nothing else."""
    peak = float(np.abs(audio).max()) if len(audio) else 0.0
    if peak < 1e-4:
        return audio[:0]
    loud = np.flatnonzero(np.abs(audio) > 0.01 * peak)
    pad = int(keep_seconds * RATE)
    return audio[max(0, loud[0] - pad): loud[-1] + pad]


def level(audio: Samples, peak: float = 0.5) -> Stored:
    """Brings the loudest sample to `peak`; augmentation varies the level later."""
    return (audio * (peak * 32767 / max(1e-4, float(np.abs(audio).max())))).astype(np.int16)
