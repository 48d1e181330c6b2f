"""Shards of human speech (tools/model/prepare.py) -> filter banks of labelled speakers, on disk.

`python features.py SHARDS OUT`. Each utterance is there at three speeds, which count as three people, every second one
through a room, a microphone or a telephone. Silence longer than a short pause is dropped, so that a crop is all voice.
`EXCLUDED` are those who speak in the recordings that speaker labels are measured on.
"""
from __future__ import annotations

import json
import sys
from pathlib import Path

import numpy as np
import torch

sys.path.insert(0, str(Path(__file__).parent.parent / "model"))
from augment import Augmenter  # noqa: E402
from fbank import BANDS, fbank  # noqa: E402

EXCLUDED = {"19", "26", "27", "1919", "LJ"}
SPEEDS = [1.0, 0.9, 1.1]
SHORTEST_FRAMES = 160
MOST_SECONDS = 500  # of one person


def at_speed(x: np.ndarray, speed: float) -> np.ndarray:
    return np.interp(np.arange(0, len(x) - 1, speed), np.arange(len(x)), x).astype(np.float32)


def voiced(frames: np.ndarray) -> np.ndarray:
    """Drops what is 30 dB below the loud parts for longer than 0.2 s."""
    level = frames.max(axis=1)
    quiet = level < np.quantile(level, 0.95) - 6.9
    run = np.convolve(quiet, np.ones(21), mode="same") >= 21
    return frames[~run]


def main(shards: Path, out: Path) -> None:
    torch.set_num_threads(1)
    out.mkdir(parents=True, exist_ok=True)
    augmenter = Augmenter(np.random.default_rng(7))
    pieces: dict[bool, list[np.ndarray]] = {False: [], True: []}
    rows: dict[bool, list[dict]] = {False: [], True: []}
    offset = {False: 0, True: 0}
    heard: dict[str, float] = {}
    for index in sorted(shards.glob("*.jsonl")):
        audio = np.load(index.with_suffix(".npy"), mmap_mode="r")
        for line in index.read_text().splitlines():
            row = json.loads(line)
            speaker, test = row["speaker"], row["test"]
            if speaker in EXCLUDED or heard.get(speaker, 0) > MOST_SECONDS:
                continue
            heard[speaker] = heard.get(speaker, 0) + row["length"] / 16000
            x = audio[row["offset"]: row["offset"] + row["length"]].astype(np.float32) / 32768
            for speed in [1.0] if test else SPEEDS:
                spoken = at_speed(x, speed) if speed != 1 else x
                if not test and augmenter.rng.random() < 0.5:
                    spoken = augmenter.room(spoken, 1.0)
                frames = voiced(fbank(torch.from_numpy(np.ascontiguousarray(spoken, np.float32))).numpy())
                if len(frames) < SHORTEST_FRAMES:
                    continue
                pieces[test].append(frames.astype(np.float16))
                name = f"{speaker}@{speed}"
                rows[test].append({"offset": offset[test], "frames": len(frames), "speaker": name})
                offset[test] += len(frames)
        print(index.stem, {("test" if k else "train"): v for k, v in offset.items()}, flush=True)
    for test, name in ((False, "train"), (True, "test")):
        np.save(out / f"{name}.npy", np.concatenate(pieces[test]).reshape(-1, BANDS))
        (out / f"{name}.json").write_text(json.dumps(rows[test]))


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
