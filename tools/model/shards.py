"""Shards: how speech lies on disk between preparation and training.

A shard is `<name>.npy` (int16, 16 kHz, utterances end to end) and `<name>.jsonl` (one line for each utterance). The
audio is memory-mapped, so that two training processes share one copy. The index is written last: a shard whose index
exists is complete, and training may pick it up while synthesis goes on.
"""
from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
from transformers import WhisperTokenizer

from audio import RATE, Samples, Stored
from phones import PHONE_ID, read_phones


@dataclass(frozen=True)
class Row:
    """One line of an index: where the utterance lies (samples) and what it says."""
    offset: int
    length: int
    text: str
    group: str  # corpus or synthesizer
    speaker: str
    test: bool  # never trained on


@dataclass(frozen=True)
class Utterance:
    audio: Stored  # a view into the memory map
    text: str
    group: str
    speaker: str
    tokens: list[int]
    phones: list[int] | None  # None: not known, no CTC loss

    @property
    def samples(self) -> Samples:
        return self.audio.astype(np.float32) / np.float32(32768)

    @property
    def seconds(self) -> float:
        return len(self.audio) / RATE


class ShardWriter:
    def __init__(self) -> None:
        self.pieces: list[Stored] = []
        self.rows: list[Row] = []
        self.samples = 0

    def add(self, audio: Stored, text: str, group: str, speaker: str, test: bool) -> None:
        self.pieces.append(audio)
        self.rows.append(Row(self.samples, len(audio), text, group, speaker, test))
        self.samples += len(audio)

    def write(self, folder: Path, name: str) -> str:
        """Returns a line to print."""
        folder.mkdir(parents=True, exist_ok=True)
        np.save(folder / f"{name}.npy", np.concatenate(self.pieces))
        partial = folder / f"{name}.partial"
        partial.write_text("".join(json.dumps(asdict(row)) + "\n" for row in self.rows))
        partial.rename(folder / f"{name}.jsonl")
        tests = sum(row.test for row in self.rows)
        return f"{name}: {len(self.rows)} utterances, {self.samples / RATE / 3600:.2f} h, {tests} for tests"


class Store:
    """All shards of some folders, by group; `refresh` finds new ones."""

    def __init__(self, folders: list[Path], phones: Path, tokenizer: WhisperTokenizer) -> None:
        self.folders, self.phones_path, self.tokenizer = folders, phones, tokenizer
        self.seen: set[Path] = set()
        self.train: dict[str, list[Utterance]] = {}
        self.test: dict[str, list[Utterance]] = {}
        self.refresh()

    def refresh(self) -> None:
        new = [p for folder in self.folders for p in sorted(folder.glob("*.jsonl")) if p not in self.seen]
        if not new:
            return
        phones = read_phones(self.phones_path)
        for index in new:
            self.seen.add(index)
            audio = np.load(index.with_suffix(".npy"), mmap_mode="r")
            rows = [Row(**json.loads(line)) for line in index.read_text().splitlines()]
            encoded = self.tokenizer([" " + row.text for row in rows], add_special_tokens=False)["input_ids"]
            for row, tokens in zip(rows, encoded):
                spelled = phones.get(row.text)
                ids = [PHONE_ID[p] for p in spelled.split() if p in PHONE_ID] if spelled else None
                side = self.test if row.test else self.train
                side.setdefault(row.group, []).append(Utterance(
                    audio[row.offset: row.offset + row.length], row.text, row.group, row.speaker, tokens, ids))

    def hours(self) -> dict[str, float]:
        return {g: round(sum(u.seconds for u in us) / 3600, 2) for g, us in self.train.items()}
