"""Batches of augmented windows and their targets, drawn endlessly from a store.

Windows come in the lengths that the app uses (5 to 30 s, and just as long as one utterance), because a Whisper trained
on 30 s alone garbles short ones: so the app may shorten the encoder's input and save time and memory.
"""
from __future__ import annotations

import math
import random
from typing import NamedTuple, Sequence

import numpy as np
import torch
from torch import Tensor
from transformers import WhisperTokenizer

from audio import RATE, Samples
from augment import Augmenter, Gap
from features import HOP, MELS, PLAIN, log_mel, mel_filters
from recipe import Recipe
from shards import Store, Utterance
from synthesize import SYNTHESIZERS
from targets import IGNORE, UNKNOWN, Placed, TargetWriter


class Batch(NamedTuple):
    mel: Tensor  # [rows, 80, frames]
    inputs: Tensor  # [rows, tokens]
    labels: Tensor  # [rows, tokens], IGNORE where there is no loss
    times: Tensor  # [rows, tokens] seconds, UNKNOWN below zero
    phones: Tensor  # [phones of all rows]
    phone_lengths: Tensor  # [rows]; zero: none known
    seconds: float  # audio, padding included


def padded(rows: Sequence[Sequence[float]], value: float) -> Tensor:
    width = max(map(len, rows))
    return torch.tensor([[*row, *[value] * (width - len(row))] for row in rows])


class Windows:
    def __init__(self, store: Store, tokenizer: WhisperTokenizer, recipe: Recipe, seed: int) -> None:
        self.store, self.recipe = store, recipe  # the recipe may be replaced at any time
        self.rng = random.Random(seed)
        self.augment = Augmenter(np.random.default_rng(seed))
        self.targets = TargetWriter(tokenizer, self.rng)
        self.filters = mel_filters()

    def strength(self, group: str) -> float:
        return self.recipe.augment * (1.0 if group in SYNTHESIZERS else self.recipe.human_augment)

    def draw(self, longest_seconds: float = math.inf) -> Utterance:
        groups = [g for g in self.store.train if self.recipe.weights.get(g, 0) > 0]
        longest = min(longest_seconds, self.recipe.max_utterance_seconds)
        while True:
            group = self.rng.choices(groups, [self.recipe.weights[g] for g in groups])[0]
            utterance = self.rng.choice(self.store.train[group])
            if utterance.seconds <= longest:
                return utterance

    def batch(self, shared: random.Random) -> Batch:
        """`shared` is seeded alike in all processes, so that their batches are alike in kind and take equally long."""
        recipe = self.recipe
        kind = shared.choices(["short", "packed", "full"], [recipe.short, recipe.packed, recipe.full])[0]
        if kind == "short":
            rows, seconds = self.short_rows(shared)
        else:
            seconds = 30.0 if kind == "full" else shared.choice([5.0, 10.0, 20.0, shared.uniform(5, 30)])
            rows = [self.place(self.several(seconds), seconds - 0.1)
                    for _ in range(max(1, round(recipe.batch_seconds / seconds)))]
        length = math.ceil(seconds * RATE / (2 * HOP)) * 2 * HOP  # the encoder halves the frames
        return self.collate(rows, length)

    def short_rows(self, shared: random.Random) -> tuple[list[tuple[Samples, list[Placed]]], float]:
        """One utterance a row, of like length, so that little is padding."""
        pool = sorted((self.draw() for _ in range(96)), key=lambda u: u.seconds)
        longest = int(shared.random() * len(pool))
        chosen = [pool[longest]]
        while (longest > 0 and len(chosen) < 40
               and (len(chosen) + 1) * (chosen[0].seconds * 1.1 + 0.5) < self.recipe.batch_seconds):
            longest -= 1
            chosen.append(pool[longest])
        rows = [self.place([u], 29.5) for u in chosen]
        return rows, max(len(x) for x, _ in rows) / RATE + self.rng.uniform(0.1, 0.6)

    def several(self, seconds: float) -> list[Utterance]:
        """Utterances for one window, mostly of one corpus."""
        rng = self.rng
        count = rng.choice([1, 2, 3, 5, 8] if seconds > 15 else [1, 2, 3, 4] if seconds > 7 else [1, 1, 2])
        first = self.draw(seconds - 0.5)
        others = [self.draw() for _ in range(count - 1)]
        if rng.random() < 0.6:
            drawn = [rng.choice(self.store.train[first.group]) for _ in others]
            others = [u for u in drawn if u.seconds <= self.recipe.max_utterance_seconds]
        return [first, *others]

    def place(self, utterances: list[Utterance], limit_seconds: float) -> tuple[Samples, list[Placed]]:
        """Utterances one after the other with pauses; those that do not fit are left out, never cut."""
        rng, room, position = self.rng, int(limit_seconds * RATE), 0
        pieces: list[Samples] = []
        placed: list[Placed] = []
        for i, utterance in enumerate(utterances):
            x = self.augment.utterance(utterance.audio, self.strength(utterance.group))
            gaps: list[Gap]
            x, gaps = self.augment.pauses(x)
            # when these ended at 0.5 s, the model put every first timestamp there however late speech began (2026-11-21)
            longest_pause = rng.choice([0.4, 0.6, 1.2, 3.0] if i == 0 else [0.6, 2.0])
            pause = int(rng.uniform(0 if i == 0 else 0.1, longest_pause) * RATE)
            if position + pause + len(x) > room:
                if i:
                    continue
                pause = 0
                if len(x) > room:  # slowed down or paused past the window: take it as it was
                    x, gaps = utterance.samples[:room], []
            pieces += [np.zeros(pause, np.float32), x]
            start = position + pause
            position = start + len(x)
            placed.append(Placed(utterance, start / RATE, position / RATE, gaps))
        return np.concatenate(pieces), placed

    def finish(self, audio: Samples, strength: float, length: int) -> Samples:
        """Room and noise (through the speech and a little beyond), then digital silence up to `length` samples."""
        rng = self.rng
        rest = max(0, length - len(audio))
        tail = rest if rng.random() < 0.3 else min(rest, int(rng.uniform(0, 1.0) * RATE))
        audio = self.augment.room(np.concatenate([audio, np.zeros(tail, np.float32)]), strength)
        if rng.random() < 0.65 * strength:
            level = np.sqrt(np.mean(audio ** 2)) + 1e-5
            if rng.random() < 0.25:  # other people talk
                other = np.concatenate([self.draw().audio for _ in range(2)]).astype(np.float32)
                other = np.resize(other, len(audio)) / (other.std() + 1e-3)
                decibels = rng.uniform(8, 30)
            else:
                other = self.augment.noise(len(audio))
                decibels = rng.uniform(4, 35)
            audio = audio + other * level * np.float32(10 ** (-decibels / 20))
        audio = audio / max(1.0, float(np.abs(audio).max()))
        return np.concatenate([audio, np.zeros(length - len(audio), np.float32)])

    def collate(self, rows: list[tuple[Samples, list[Placed]]], length: int) -> Batch:
        rng = self.rng
        audio, warps, targets, phones = [], [], [], []
        for x, placed in rows:
            strength = self.strength(placed[0].utterance.group)
            if rng.random() < self.recipe.silence:
                placed, x = [], self.augment.silence(length)
            else:
                x = self.finish(x, strength, length)
            audio.append(x)
            warp = int(np.clip(round(rng.gauss(PLAIN, 3.0 * strength)), 0, 2 * PLAIN))
            warps.append(warp if rng.random() < 0.7 else PLAIN)
            targets.append(self.targets.write(placed, rng.random() < self.recipe.timestamps))
            spelled = [p.utterance.phones for p in placed]
            known = [s for s in spelled if s is not None]
            phones.append([p for s in known for p in s] if len(known) == len(spelled) else [])
        mel = log_mel(torch.from_numpy(np.stack(audio).astype(np.float32)), self.filters[warps])
        self.mask(mel)
        return Batch(
            mel, padded([t.inputs for t in targets], self.targets.eot).long(),
            padded([t.labels for t in targets], IGNORE).long(), padded([t.times for t in targets], UNKNOWN).float(),
            torch.tensor([p for row in phones for p in row], dtype=torch.long), torch.tensor([len(p) for p in phones]),
            len(rows) * length / RATE)

    def mask(self, mel: Tensor) -> None:
        """SpecAugment, in place: bands and stretches replaced by the mean."""
        rng = self.rng
        for x in mel:
            if rng.random() > 0.8 * self.recipe.augment:
                continue
            mean = float(x.mean())
            for _ in range(rng.randint(0, 2)):
                width, start = rng.randint(1, 18), rng.randint(0, MELS - 19)
                x[start:start + width] = mean
            for _ in range(rng.randint(0, max(1, x.shape[1] // 180))):
                width, start = rng.randint(1, 20), rng.randint(0, max(1, x.shape[1] - 21))
                x[:, start:start + width] = mean
