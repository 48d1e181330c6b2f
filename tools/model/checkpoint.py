"""What a run leaves on disk, and what it starts from.

Two kinds of files: a run's own checkpoint (weights, their average, both optimizers' states, progress) and shipped
averages (`average-fp16.pt`: averaged weights in half precision, the training-only CTC head included).
"""
from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor

from muon import Muon
from network import SmallWhisper

Weights = dict[str, Tensor]
DERIVED = ("whisper.proj_out.weight", "whisper.model.encoder.embed_positions.weight")  # tied, computed: not shipped


@dataclass
class Run:
    """The state of a training run."""
    model: SmallWhisper
    average: Weights  # exponential average of the weights, half-life about 350 steps; this is what is exported
    muon: Muon
    adam: torch.optim.AdamW
    step: int = 0
    seconds: float = 0.0  # audio heard, padding included

    def average_weights(self, steps_since_start: int, every: int = 4) -> None:
        """Called every `every` steps. The average forgets its start quickly, while the weights move most."""
        keep = min(0.998 ** every, steps_since_start / (steps_since_start + 40)) if self.step == steps_since_start \
            else 0.998 ** every
        with torch.no_grad():
            for name, value in self.model.state_dict().items():
                self.average[name].lerp_(value, 1 - keep)

    def save(self, path: Path) -> None:
        """Complete or not at all: written beside, then renamed."""
        partial = path.with_suffix(".partial")
        torch.save({"model": self.model.state_dict(), "average": self.average, "muon": self.muon.state_dict(),
                    "adam": self.adam.state_dict(), "step": self.step, "seconds": self.seconds}, partial)
        partial.rename(path)

    def load(self, path: Path) -> None:
        state = torch.load(path, weights_only=True)
        if "model" not in state:  # shipped averages
            missing, unexpected = self.model.load_state_dict(as_float(state["average"]), strict=False)
            if unexpected or set(missing) - set(DERIVED):
                raise ValueError(f"{path}: unexpected {unexpected}, missing {missing}")
            self.average = {k: v.detach().clone() for k, v in self.model.state_dict().items()}
            return
        self.model.load_state_dict(state["model"])
        self.average = state["average"]
        self.muon.load_state_dict(state["muon"])
        self.adam.load_state_dict(state["adam"])
        self.step, self.seconds = state["step"], state["seconds"]


def as_float(weights: Weights) -> Weights:
    return {k: v.float() for k, v in weights.items()}


def ship(path: Path, target: Path, weights: str = "average") -> None:
    """A run's checkpoint -> averages in half precision, to go on from later."""
    state = torch.load(path, weights_only=True)
    saved = {k: v.half() for k, v in state[weights].items() if k not in DERIVED}
    torch.save({"average": saved, "step": state["step"], "hours": state["seconds"] / 3600}, target)
