"""The network that tells voices apart: a small x-vector (Snyder et al. 2018) with residual layers and attentive pooling.

[windows, frames, 80] filter banks -> [windows, 128] of length 1. The mean of each band over the window is taken away
first, and with it what the microphone adds. Every second frame is kept, which halves the work.
"""
from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from fbank import BANDS

WIDTH, WIDE, EMBEDDING = 128, 256, 128


class Residual(nn.Module):
    def __init__(self, dilation: int) -> None:
        super().__init__()
        self.mix = nn.Conv1d(WIDTH, WIDTH, 3, padding=dilation, dilation=dilation, groups=2, bias=False)
        self.norm = nn.BatchNorm1d(WIDTH)
        self.out = nn.Conv1d(WIDTH, WIDTH, 1, bias=False)
        self.out_norm = nn.BatchNorm1d(WIDTH)

    def forward(self, x: Tensor) -> Tensor:
        return F.relu(x + self.out_norm(self.out(F.relu(self.norm(self.mix(x))))))


class Embedder(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.first = nn.Conv1d(BANDS, WIDTH, 5, stride=2, padding=2, bias=False)
        self.first_norm = nn.BatchNorm1d(WIDTH)
        self.blocks = nn.ModuleList(Residual(d) for d in (1, 2, 3, 4))
        self.widen = nn.Conv1d(WIDTH, WIDE, 1)
        self.attend = nn.Sequential(nn.Conv1d(WIDE, 64, 1), nn.Tanh(), nn.Conv1d(64, WIDE, 1))
        self.pooled_norm = nn.BatchNorm1d(2 * WIDE)
        self.embed = nn.Linear(2 * WIDE, EMBEDDING)

    def forward(self, features: Tensor) -> Tensor:
        x = (features - features.mean(dim=1, keepdim=True)).transpose(1, 2)
        x = F.relu(self.first_norm(self.first(x * 0.3)))
        for block in self.blocks:
            x = block(x)
        x = F.relu(self.widen(x))
        weight = self.attend(x).softmax(dim=2)
        mean = (x * weight).sum(dim=2)
        deviation = ((x * x * weight).sum(dim=2) - mean * mean).clamp(min=1e-4).sqrt()
        y = self.embed(self.pooled_norm(torch.cat([mean, deviation], dim=1)))
        return y / y.norm(dim=1, keepdim=True).clamp(min=1e-6)


class Margin(nn.Module):
    """Additive angular margin softmax (Deng et al. 2019)."""

    def __init__(self, speakers: int) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.randn(speakers, EMBEDDING) * 0.1)

    def forward(self, embeddings: Tensor, speakers: Tensor, margin: float, scale: float = 30.0) -> Tensor:
        cosine = embeddings @ F.normalize(self.weight).T
        target = cosine.gather(1, speakers[:, None])
        sine = (1 - target.square()).clamp(min=0).sqrt()
        moved = target * torch.cos(torch.tensor(margin)) - sine * torch.sin(torch.tensor(margin))
        return F.cross_entropy(scale * cosine.scatter(1, speakers[:, None], moved), speakers)
