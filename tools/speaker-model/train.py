"""Trains the network on the labelled speakers of `features.py`, in sittings that go on from each other.

`python train.py FEATURES RUN --steps 8000 --minutes 5`: ends after so many minutes; the next sitting goes on. The
learning rate falls to nothing at `--steps`. Prints the equal error rate of crops of 1.5 s of people never trained on.
"""
from __future__ import annotations

import argparse
import json
import math
import time
from pathlib import Path

import numpy as np
import torch

from network import Embedder, Margin

CROP, BATCH, PEAK, WARM_UP = 150, 96, 2e-3, 300


class Speech:
    def __init__(self, folder: Path, name: str, seed: int) -> None:
        self.frames = np.load(folder / f"{name}.npy", mmap_mode="r")
        rows = json.loads((folder / f"{name}.json").read_text())
        self.names = sorted({row["speaker"] for row in rows})
        by_name = {n: [] for n in self.names}
        for row in rows:
            by_name[row["speaker"]].append((row["offset"], row["frames"]))
        self.rows = [by_name[n] for n in self.names]
        seconds = np.array([sum(f for _, f in r) for r in self.rows], np.float64)
        self.weights = np.minimum(seconds, 20000) ** 0.4
        self.weights /= self.weights.sum()
        self.rng = np.random.default_rng(seed)

    def crop(self, row: tuple[int, int], length: int) -> np.ndarray:
        offset, frames = row
        start = offset + int(self.rng.integers(0, max(1, frames - length)))
        piece = np.asarray(self.frames[start: min(start + length, offset + frames)], np.float32)
        return np.resize(piece, (length, piece.shape[1]))

    def batch(self, size: int, length: int) -> tuple[torch.Tensor, torch.Tensor]:
        who = self.rng.choice(len(self.rows), size, p=self.weights)
        crops = [self.crop(self.rows[w][int(self.rng.integers(len(self.rows[w])))], length) for w in who]
        return torch.from_numpy(np.stack([self.disturb(c) for c in crops])), torch.from_numpy(who)

    def disturb(self, x: np.ndarray) -> np.ndarray:
        """Noise of any colour, and bands that are missing; a microphone's colour is taken away by the network itself."""
        rng = self.rng
        if rng.random() < 0.6:
            slope = np.interp(np.arange(80), [0, 20, 40, 60, 79], np.cumsum(rng.normal(0, 1, 5)))
            level = np.quantile(x, 0.9) - rng.uniform(2, 9) + slope
            noise = level + np.log(rng.gamma(4, 0.25, x.shape) + 1e-3)
            x = np.logaddexp(x, noise.astype(np.float32))
        if rng.random() < 0.4:
            width, start = int(rng.integers(3, 12)), int(rng.integers(0, 70))
            x = x.copy()
            x[:, start: start + width] = x.mean()
        if rng.random() < 0.15:
            x = x.copy()
            x[:, int(rng.integers(62, 76)):] = np.quantile(x, 0.02)
        return x.astype(np.float32)


@torch.no_grad()
def equal_error_rate(model: Embedder, test: Speech, length: int = CROP) -> float:
    model.eval()
    rng = test.rng = np.random.default_rng(3)
    crops, who = [], []
    for speaker, rows in enumerate(test.rows):
        if len(rows) < 2:
            continue
        for row in [rows[i] for i in rng.permutation(len(rows))[:12]]:
            crops.append(test.crop(row, length))
            who.append(speaker)
    x = model(torch.from_numpy(np.stack(crops))).numpy()
    who = np.array(who)
    upper = np.triu_indices(len(who), 1)
    score, same = (x @ x.T)[upper], (who[:, None] == who)[upper]
    order = np.argsort(-score)
    missed = 1 - np.cumsum(same[order]) / same.sum()
    taken = np.cumsum(~same[order]) / (~same).sum()
    model.train()
    return float(missed[np.argmin(np.abs(missed - taken))])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("features", type=Path)
    parser.add_argument("run", type=Path)
    parser.add_argument("--steps", type=int, default=8000)
    parser.add_argument("--minutes", type=float, default=5)
    args = parser.parse_args()
    torch.set_num_threads(1)
    torch.manual_seed(1)
    args.run.mkdir(parents=True, exist_ok=True)
    saved = args.run / "checkpoint.pt"
    state = torch.load(saved) if saved.exists() else None
    step = state["step"] if state else 0
    speech, test = Speech(args.features, "train", 11 + step), Speech(args.features, "test", 3)
    model, margin = Embedder(), Margin(len(speech.names))
    optimizer = torch.optim.AdamW([*model.parameters(), *margin.parameters()], lr=PEAK, weight_decay=0.02)
    if state:
        for part, name in ((model, "model"), (margin, "margin"), (optimizer, "optimizer")):
            part.load_state_dict(state[name])
    print(f"{len(speech.names)} voices, {sum(p.numel() for p in model.parameters())} parameters, step {step}", flush=True)
    end, total, began = time.time() + args.minutes * 60, 0.0, step
    while step < args.steps and time.time() < end:
        rate = PEAK * min(1, (step + 1) / WARM_UP) * (0.5 + 0.5 * math.cos(math.pi * step / args.steps))
        for group in optimizer.param_groups:
            group["lr"] = rate
        features, who = speech.batch(BATCH, int(speech.rng.choice([100, 150, 200], p=[0.25, 0.5, 0.25])))
        loss = margin(model(features), who, 0.2 * min(1, step / (0.3 * args.steps)))
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        total += float(loss.detach())
        step += 1
        if step % 250 == 0 or step == args.steps:
            print(f"{step} loss {total / (step - began):.3f} eer {equal_error_rate(model, test):.4f}", flush=True)
            total, began = 0.0, step
    torch.save({"step": step, "model": model.state_dict(), "margin": margin.state_dict(),
                "optimizer": optimizer.state_dict()}, saved)


if __name__ == "__main__":
    main()
