"""Word error rates, and the quick test that a run makes of itself every few minutes."""
from __future__ import annotations

import random
import re
from typing import NamedTuple

import jiwer
import numpy as np
import torch
from transformers import WhisperTokenizer

from audio import RATE
from checkpoint import Weights
from features import PLAIN, log_mel, mel_filters
from network import SmallWhisper
from shards import Store, Utterance
from tokenizer import ids_of

QUICK_SECONDS = 12.0  # window of the quick test; utterances up to 11 s


class Score(NamedTuple):
    words: float  # errors per word of the truth
    characters: float


def plain(text: str) -> str:
    """Lower case, no punctuation."""
    return re.sub(r"\s+", " ", re.sub(r"[^a-z0-9' ]", " ", text.lower())).strip()


def score(truth: list[str], heard: list[str]) -> Score:
    truth, heard = list(map(plain, truth)), list(map(plain, heard))
    return Score(jiwer.wer(truth, heard), jiwer.cer(truth, heard))


def sample_tests(store: Store, count: int, longest_seconds: float, seed: int = 7) -> dict[str, list[Utterance]]:
    """The same test utterances for the same shards, by group."""
    rng = random.Random(seed)
    fitting = {g: [u for u in us if u.seconds < longest_seconds] for g, us in sorted(store.test.items())}
    return {g: rng.sample(us, min(count, len(us))) for g, us in fitting.items()}


def quick_test(model: SmallWhisper, weights: Weights, tests: dict[str, list[Utterance]],
               tokenizer: WhisperTokenizer) -> tuple[str, list[str]]:
    """A line of word error rates by group, and an example of each."""
    *prompt, eot = ids_of(tokenizer, [
        "<|startoftranscript|>", "<|en|>", "<|transcribe|>", "<|notimestamps|>", "<|endoftext|>"])
    filters = mel_filters()[PLAIN]
    own = {k: v.clone() for k, v in model.state_dict().items()}
    model.load_state_dict(weights)
    rates, examples = [], []
    for group, utterances in tests.items():
        said: list[str] = []
        for start in range(0, len(utterances), 16):
            rows = utterances[start:start + 16]
            audio = np.zeros((len(rows), int(QUICK_SECONDS * RATE)), np.float32)
            for row, u in zip(audio, rows):
                row[:len(u.audio)] = u.samples
            with torch.no_grad(), torch.autocast("cpu", torch.bfloat16):
                tokens = model.transcribe(log_mel(torch.from_numpy(audio), filters), prompt, eot)
            said += tokenizer.batch_decode(tokens)
        rates.append(f"{group} {100 * score([u.text for u in utterances], said).words:.1f}%")
        examples.append(f"    {group}: {utterances[0].text} => {said[0].strip()}")
    model.load_state_dict(own)
    return " ".join(rates), examples
