"""What a training run is told: the mix of corpora, the windows, the augmentation, the schedule.

`recipe.json` in the run's folder is read again while training runs, so that a run need not be stopped to change it.
"""
from __future__ import annotations

import json
import time
from dataclasses import dataclass, fields
from pathlib import Path


@dataclass(frozen=True)
class Recipe:
    # windows
    weights: dict[str, float]  # group -> share of the draws
    batch_seconds: float = 60.0  # audio in a process's batch, padding included
    short: float = 0.72  # share of batches with one utterance a row, rows of like length
    packed: float = 0.22  # share of batches with several utterances in windows of 5, 10, 20 or 5 to 30 s
    full: float = 0.05  # share of batches with 30 s windows
    max_utterance_seconds: float = 14.0
    timestamps: float = 0.25  # share of rows with timestamp targets
    silence: float = 0.015  # share of rows without speech
    # augmentation, 0 to 1
    augment: float = 0.9
    human_augment: float = 0.8  # factor on `augment` for recordings of people, which are noisy already
    token_noise: float = 0.1  # share of decoder inputs replaced: less reciting, more listening
    # losses
    ctc: float = 0.8
    guide: float = 0.5
    # schedule
    learning_rate: float = 1.5e-3
    warmup_steps: int = 60
    end: str = "23:59"  # clock time, today; training stops there with the learning rate at zero
    decay_minutes: float = 76.0  # the linear decay to zero before the end
    # bookkeeping
    save_minutes: float = 4.0
    test_minutes: float = 20.0
    test_utterances: int = 20  # of each group, in the quick tests while training
    log_steps: int = 25

    def remaining_seconds(self) -> float:
        hour, minute = map(int, self.end.split(":"))
        now = time.localtime()
        return (hour - now.tm_hour) * 3600 + (minute - now.tm_min) * 60 - now.tm_sec

    def learning_rate_at(self, steps_of_this_start: int, remaining_seconds: float) -> float:
        """Every start warms up again, because the optimizers' averages may be missing or stale."""
        rise = min(1.0, (steps_of_this_start + 1) / self.warmup_steps)
        fall = min(1.0, max(0.0, remaining_seconds / (60 * self.decay_minutes)))
        return self.learning_rate * rise * fall


def read_recipe(path: Path) -> Recipe:
    values = json.loads(path.read_text())
    unknown = values.keys() - {f.name for f in fields(Recipe)}
    if unknown:
        raise ValueError(f"{path}: unknown {sorted(unknown)}")
    return Recipe(**values)
