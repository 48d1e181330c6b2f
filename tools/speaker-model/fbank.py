"""Mel filter-bank energies as Kaldi makes them: what published speaker models take, and the one shipped here.

25 ms frames every 10 ms, no dither, pre-emphasis 0.97, Hamming window, 80 bands of HTK's mel scale from 20 Hz to 8 kHz,
natural log. `src/speakers/fbank.ts` is the same in TypeScript.
"""
from __future__ import annotations

import numpy as np
import torch

RATE, FRAME, HOP, FFT, BANDS = 16000, 400, 160, 512, 80
FLOOR = 1.1920929e-07


def mel(hertz: np.ndarray | float) -> np.ndarray:
    return 1127 * np.log1p(np.asarray(hertz, np.float64) / 700)


def filters() -> torch.Tensor:
    """[257, bands]: triangles on the mel scale; the bin of the Nyquist frequency counts for nothing."""
    edges = np.linspace(mel(20), mel(RATE / 2), BANDS + 2)
    bins = mel(np.arange(FFT // 2) * RATE / FFT)[:, None]
    low, centre, high = edges[:-2], edges[1:-1], edges[2:]
    weights = np.maximum(0, np.minimum((bins - low) / (centre - low), (high - bins) / (high - centre)))
    return torch.from_numpy(np.vstack([weights, np.zeros((1, BANDS))]).astype(np.float32))


FILTERS = filters()
WINDOW = torch.from_numpy((0.54 - 0.46 * np.cos(2 * np.pi * np.arange(FRAME) / (FRAME - 1))).astype(np.float32))


def fbank(samples: torch.Tensor) -> torch.Tensor:
    """[samples] of full scale 1 -> [frames, bands]; frames = 1 + (samples - 400) // 160."""
    frames = (samples * 32768).unfold(0, FRAME, HOP)
    frames = frames - frames.mean(dim=1, keepdim=True)
    before = torch.cat([frames[:, :1], frames[:, :-1]], dim=1)
    power = torch.fft.rfft((frames - 0.97 * before) * WINDOW, FFT).abs().square()
    return (power @ FILTERS).clamp(min=FLOOR).log()
