"""Trains the embedded model in the background.

`python train.py RUN_DIR [--resume [CHECKPOINT]]` reads RUN_DIR/{spoken,human}/*.jsonl, phones.tsv, tokenizer/ and
recipe.json (read again while running); writes RUN_DIR/checkpoint.pt every few minutes, log.md (the curve) and train.pid.
`--resume` goes on from the run's own checkpoint, or from CHECKPOINT where there is none yet. SIGTERM saves and ends.
"""
from __future__ import annotations

import argparse
import math
import os
import random
import signal
import time
from pathlib import Path

import numpy as np
import torch
from torch.multiprocessing.spawn import spawn
from transformers import WhisperTokenizer

from checkpoint import Run
from muon import Muon
from network import SmallWhisper, config_for
from ranks import Ranks, free_port, lead_group_in_background
from recipe import read_recipe
from score import quick_test, sample_tests
from shards import Store
from windows import Windows

REPOSITORY = Path(__file__).resolve().parents[2]
DEFAULT_RUN = REPOSITORY.parent / "train" / "run"  # outside the checkout: hundreds of megabytes
SHIPPED = REPOSITORY.parent / "shared" / "embedded-model" / "checkpoint" / "average-fp16.pt"


class Trainer:
    def __init__(self, args: argparse.Namespace, ranks: Ranks) -> None:
        self.folder: Path = args.run
        self.ranks = ranks
        self.recipe = read_recipe(self.folder / "recipe.json")
        self.tokenizer = WhisperTokenizer.from_pretrained(self.folder / "tokenizer")
        self.store = Store([self.folder / "spoken", self.folder / "human"], self.folder / "phones.tsv", self.tokenizer)
        model = SmallWhisper(config_for(self.tokenizer, args.width, args.encoder, args.decoder))
        named = list(model.named_parameters())
        self.matrices = [p for n, p in named if p.requires_grad and p.ndim == 2 and "layers." in n]
        self.others = [p for n, p in named if p.requires_grad and not (p.ndim == 2 and "layers." in n)]
        self.run = Run(model, {k: v.detach().clone() for k, v in model.state_dict().items()},
                       Muon(self.matrices, lr=0.0, rank=ranks.rank, ranks=ranks.count),
                       torch.optim.AdamW(self.others, lr=0.0, betas=(0.9, 0.98), weight_decay=0.0))
        self.checkpoint = self.folder / "checkpoint.pt"
        if self.checkpoint.exists() and args.resume:
            self.run.load(self.checkpoint)
        elif args.resume:
            self.run.load(args.resume)
        self.windows = Windows(self.store, self.tokenizer, self.recipe, args.seed * 64 + ranks.rank + self.run.step)
        self.started_at_step = self.run.step

    def pass_once(self) -> tuple[float, list[float]]:
        """Forward, backward, and the gradients' mean over the processes. Returns audio seconds and mean losses."""
        batch = self.windows.batch(random.Random(self.run.step * 7919))
        with torch.autocast("cpu", torch.bfloat16):
            losses = self.run.model.losses(batch, self.recipe.token_noise)
            loss = losses.cross_entropy + self.recipe.ctc * losses.ctc + self.recipe.guide * losses.astray
        loss.backward()
        params = self.matrices + self.others
        told = torch.tensor([batch.seconds, *(float(x.detach()) for x in losses)])
        flat = self.ranks.total(torch.cat([
            *(p.grad.flatten() if p.grad is not None else torch.zeros(p.numel()) for p in params), told]))
        seconds, *means = [float(flat[-4]), *(flat[-3:] / self.ranks.count).tolist()]
        flat /= self.ranks.count
        at = 0
        for p in params:
            p.grad = flat[at: at + p.numel()].view_as(p)
            at += p.numel()
        return seconds, means

    def update(self, learning_rate: float) -> None:
        run = self.run
        for optimizer in (run.muon, run.adam):
            for group in optimizer.param_groups:
                group["lr"] = learning_rate
        torch.nn.utils.clip_grad_norm_(self.others, 1.0)  # Muon's steps have a size of their own
        run.muon.step()
        run.adam.step()

    def test(self, means: list[float]) -> None:
        """Word error rates of the averaged weights, one line of the curve."""
        if not self.ranks.first:
            return
        tests = sample_tests(self.store, self.recipe.test_utterances, 11.0)
        rates, examples = quick_test(self.run.model, self.run.average, tests, self.tokenizer)
        with (self.folder / "log.md").open("a") as log:
            log.write(f"- {time.strftime('%H:%M')} step {self.run.step}, {self.run.seconds / 3600:.1f} h seen, ce "
                      f"{means[0]:.3f}, ctc {means[1]:.3f}; WER (averaged weights, 12 s windows): {rates}\n")
        print("\n".join(examples), flush=True)

    def train(self, steps: int) -> None:
        run = self.run
        stop: list[int] = []
        signal.signal(signal.SIGTERM, lambda number, _: stop.append(number))
        logged = saved = tested = time.time()
        window: list[list[float]] = []
        means = [0.0, 0.0, 0.0]
        while (since := run.step - self.started_at_step) < steps:
            if since % 20 == 0:
                self.recipe = self.windows.recipe = read_recipe(self.folder / "recipe.json")
            if since % 60 == 0:
                self.store.refresh()
            # the first process decides, so that all of them end after the same step
            remaining, stopping = self.ranks.agree([self.recipe.remaining_seconds(), len(stop)])
            if remaining <= 0 or stopping:
                break
            learning_rate = self.recipe.learning_rate_at(since, remaining)
            seconds, losses = self.pass_once()
            if math.isfinite(sum(losses)):
                self.update(learning_rate)
                run.seconds += seconds
                window.append(losses)
            run.model.zero_grad(set_to_none=True)
            run.step += 1
            if run.step % 4 == 0:
                run.average_weights(since + 1)
            if run.step % self.recipe.log_steps == 0 and window:
                means = np.mean(window, axis=0).tolist()
                if self.ranks.first:
                    pace = (time.time() - logged) / len(window)
                    print(f"{time.strftime('%H:%M:%S')} step {run.step} hours {run.seconds / 3600:.2f} ce {means[0]:.3f} "
                          f"ctc {means[1]:.3f} astray {means[2]:.3f} lr {learning_rate:.5f} {pace:.2f} s/step", flush=True)
                logged, window = time.time(), []
            if self.ranks.first and time.time() - saved > 60 * self.recipe.save_minutes:
                saved = time.time()
                run.save(self.checkpoint)
            if time.time() - tested > 60 * self.recipe.test_minutes:
                tested = time.time()
                self.test(means)
        if self.ranks.first:
            run.save(self.checkpoint)
        if not stop:
            self.test(means)


def process(rank: int, args: argparse.Namespace, port: int) -> None:
    Trainer(args, Ranks(rank, args.processes, port)).train(args.steps)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("run", type=Path, nargs="?", default=DEFAULT_RUN)
    parser.add_argument("--resume", type=Path, nargs="?", const=SHIPPED)
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--steps", type=int, default=10**9)
    parser.add_argument("--seed", type=int, default=int(time.time()) % 10**6)
    parser.add_argument("--width", type=int, default=256)
    parser.add_argument("--encoder", type=int, default=6, help="layers")
    parser.add_argument("--decoder", type=int, default=3, help="layers")
    args = parser.parse_args()
    lead_group_in_background(args.run / "train.pid")

    def end_group(number: int, _: object) -> None:
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        os.killpg(0, number)

    signal.signal(signal.SIGTERM, end_group)
    spawn(process, (args, free_port()), nprocs=args.processes)


if __name__ == "__main__":
    main()
