"""Samples -> Whisper's log-mel frames, as transformers' feature extractor computes them.

The filters come in several warps of the frequency axis (vocal-tract length): choosing another bank than the plain one
makes another speaker of the same recording, at no cost.
"""
from __future__ import annotations

import numpy as np
import torch
from torch import Tensor
from transformers.audio_utils import mel_filter_bank

from audio import RATE

HOP, N_FFT, MELS = 160, 400, 80
WARPS = np.linspace(0.86, 1.14, 15)
PLAIN = 7  # index of the bank that is not warped
HANN = torch.hann_window(N_FFT)


def mel_filters() -> Tensor:
    """[warps, 201, 80]"""
    plain = mel_filter_bank(1 + N_FFT // 2, MELS, 0.0, RATE / 2, RATE, norm="slaney", mel_scale="slaney")
    bins = np.arange(1 + N_FFT // 2)
    banks = []
    for warp in WARPS:
        source = np.clip(bins * warp, 0, bins[-1])
        banks.append(np.stack([np.interp(source, bins, plain[:, m]) for m in range(MELS)], axis=1))
    return torch.tensor(np.stack(banks), dtype=torch.float32)


def log_mel(audio: Tensor, filters: Tensor) -> Tensor:
    """audio [batch, samples], filters [201, 80] or [batch, 201, 80] -> [batch, 80, samples / 160]."""
    spectrum = torch.stft(audio, N_FFT, HOP, window=HANN, return_complex=True)[..., :-1]
    power = spectrum.real.square() + spectrum.imag.square()
    mel = (filters.transpose(-1, -2) @ power).clamp(min=1e-10).log10()
    peak = mel.amax(dim=(-1, -2), keepdim=True)
    return (torch.maximum(mel, peak - 8.0) + 4.0) / 4.0
