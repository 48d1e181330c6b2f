"""What the decoder should say about a window: Whisper's token grammar, and roughly when each token is spoken.

The times are only a guess from letter counts; they guide two heads of each decoder layer during training (network.py).
"""
from __future__ import annotations

import random
from typing import NamedTuple

import numpy as np
from transformers import WhisperTokenizer

from augment import Gap
from shards import Utterance
from tokenizer import CONTROL, ids_of

IGNORE = -100  # PyTorch's label without loss
UNKNOWN = -1.0  # a time that is not known
LONGEST = 440  # tokens; Whisper's decoder has 448 positions
TEXT_TOKENS = 1025  # of the embedded tokenizer, end of text included


class Placed(NamedTuple):
    """An utterance in a window, in seconds from the window's start."""
    utterance: Utterance
    start: float
    end: float
    gaps: list[Gap]


class Target(NamedTuple):
    inputs: list[int]  # what the decoder is fed
    labels: list[int]  # what it should answer, already shifted by one
    times: list[float]  # when the answer is spoken, seconds


class TargetWriter:
    def __init__(self, tokenizer: WhisperTokenizer, rng: random.Random) -> None:
        self.rng = rng
        (self.eot, self.sot, self.en, _, self.transcribe, _, _, self.nospeech, self.notimestamps,
         self.zero) = ids_of(tokenizer, [*CONTROL, "<|0.00|>"])
        self.letters = [max(1, len(t)) for t in tokenizer.convert_ids_to_tokens(list(range(TEXT_TOKENS)))]

    def write(self, placed: list[Placed], stamped: bool) -> Target:
        head = [self.sot, self.en, self.transcribe]
        if not placed:
            if self.rng.random() < 0.5:  # the no-speech probability is read after the first token
                return Target([self.sot], [self.nospeech], [UNKNOWN])
            return Target([*head, self.notimestamps], [IGNORE, self.transcribe, IGNORE, self.eot], [UNKNOWN] * 4)
        body: list[int] = [] if stamped else [self.notimestamps]
        times: list[float] = [UNKNOWN] * (3 + len(body))
        for utterance, start, end, gaps in placed:
            spoken = np.cumsum([self.letters[t] for t in utterance.tokens])
            middle = (spoken - np.diff(spoken, prepend=0) / 2) / spoken[-1]
            when = start + middle * (end - start - sum(seconds for _, seconds in gaps))
            for fraction, seconds in gaps:
                when += seconds * (middle > fraction)
            if stamped:
                body += [self.stamp(start), *utterance.tokens, self.stamp(end)]
                times += [start, *when.tolist(), end]
            else:
                body += utterance.tokens
                times += when.tolist()
        tokens = [*(head + body)[:LONGEST], self.eot]
        labels = tokens[1:]
        if labels[2] == self.notimestamps:
            labels[2] = IGNORE  # the caller's choice, nothing to learn
        return Target(tokens[:-1], labels, [*times[:LONGEST], UNKNOWN][1:])

    def stamp(self, seconds: float) -> int:
        return self.zero + min(1500, round(seconds / 0.02))
