"""Speaks sentences with the free voices of Debian (flite, festival with its HTS voice, eSpeak NG) -> shards.

`python synthesize.py SENTENCES.txt OUT_DIR --flite 6000 --festival 2500 --espeak 6000 --seed 11`
writes `<synthesizer>-<seed>-<n>`. One sentence in fifty becomes a test utterance, by its text, so that it is unseen
whatever voice speaks it. A day's new seed gives new sentences, rates and pitches.
"""
from __future__ import annotations

import argparse
import multiprocessing
import os
import random
import re
import subprocess
import tempfile
import zlib
from pathlib import Path
from typing import NamedTuple

from audio import RATE, level, load, trim
from shards import ShardWriter

SYNTHESIZERS = ("flite", "festival", "espeak")
FLITE = {"slt": 3, "rms": 3, "awb": 3, "kal16": 1, "kal": 1}  # voice: weight
FESTIVAL = {"cmu_us_slt_arctic_hts": 2, "kal_diphone": 1, "ked_diphone": 2}
ESPEAK_ACCENTS = ("en-us en-us en-us en-gb en-gb en-gb-scotland en-gb-x-rp en-gb-x-gbclan en-gb-x-gbcwmd en-029 "
                  "en-us-nyc").split()
ESPEAK_VARIANTS = ("m1 m2 m3 m4 m5 m6 m7 m8 f1 f2 f3 f4 f5 klatt klatt2 klatt3 klatt4 klatt5 klatt6 Alex Alicia "
                   "Andrea Andy Annie Denis Diogo Gene Hugo Jacky Lee Marco Mario Michael Mike adam anika "
                   "antonio aunty belinda benjamin boris david ed edward grandma grandpa john linda max "
                   "michel miguel pablo paul pedro quincy rob robert sandro shelby steph travis victor zac").split()
SHARD_SENTENCES = 500


class Job(NamedTuple):
    """One shard to make."""
    synthesizer: str
    texts: list[str]
    seed: int
    number: int
    out: Path


def held_out(text: str) -> bool:
    return zlib.crc32(text.encode()) % 50 == 0


def speakable(text: str) -> str:
    """Spells out what some synthesizers misread."""
    return re.sub(r"\bMessrs\.", "Messers", text)


def pick(voices: dict[str, int], rng: random.Random) -> str:
    return rng.choices(list(voices), list(voices.values()))[0]


def flite(text: str, voice: str, rng: random.Random, path: Path) -> None:
    command = ["flite", "-voice", voice, "--setf", f"duration_stretch={rng.uniform(0.8, 1.25):.2f}"]
    if voice.startswith("kal"):
        command += ["--setf", f"int_f0_target_mean={rng.uniform(80, 150):.0f}"]
    else:
        command += ["--setf", f"f0_shift={rng.uniform(0.8, 1.3):.2f}"]
    subprocess.run([*command, "-t", speakable(text), "-o", str(path)], check=True, capture_output=True)


def espeak(text: str, voice: str, rng: random.Random, path: Path) -> None:
    command = ["espeak-ng", "-v", voice, "-s", str(rng.randint(130, 200)), "-p", str(rng.randint(20, 80))]
    subprocess.run([*command, "-w", str(path), speakable(text)], check=True, capture_output=True)


def festival(texts: list[str], voice: str, rng: random.Random, folder: Path) -> list[Path]:
    """Many sentences at once: festival takes seconds to start."""
    lines, paths = [f"(voice_{voice})"], [folder / f"{i}.wav" for i in range(len(texts))]
    for text, path in zip(texts, paths):
        lines.append(f"(Param.set 'Duration_Stretch {rng.uniform(0.8, 1.25):.2f})")
        lines.append(f'(utt.save.wave (utt.synth (Utterance Text "{speakable(text)}")) "{path}" \'riff)')
    script = folder / "batch.scm"
    script.write_text("\n".join(lines))
    subprocess.run(["festival", "-b", str(script)], capture_output=True)
    return paths


def add(shard: ShardWriter, path: Path, text: str, group: str, voice: str) -> None:
    """A synthesizer sometimes writes nothing or an empty file; such a sentence is left out."""
    if not path.exists() or path.stat().st_size < 1000:
        return
    audio = trim(load(path))
    path.unlink()
    if 0.3 * RATE <= len(audio) <= 14 * RATE:
        shard.add(level(audio), text, group, voice, held_out(text))


def make_shard(job: Job) -> str:
    os.nice(19)
    rng = random.Random(f"{job.synthesizer}{job.seed}{job.number}")
    shard = ShardWriter()
    with tempfile.TemporaryDirectory(dir="/dev/shm") as name:
        folder = Path(name)
        if job.synthesizer == "festival":
            for start in range(0, len(job.texts), 50):
                voice, batch = pick(FESTIVAL, rng), job.texts[start:start + 50]
                for path, text in zip(festival(batch, voice, rng, folder), batch):
                    add(shard, path, text, job.synthesizer, voice)
        else:
            path = folder / "utterance.wav"
            for text in job.texts:
                try:
                    if job.synthesizer == "flite":
                        voice = pick(FLITE, rng)
                        flite(text, voice, rng, path)
                    else:
                        voice = rng.choice(ESPEAK_ACCENTS) + "+" + rng.choice(ESPEAK_VARIANTS)
                        espeak(text, voice, rng, path)
                except subprocess.CalledProcessError:
                    continue
                add(shard, path, text, job.synthesizer, voice)
    return shard.write(job.out, f"{job.synthesizer}-{job.seed}-{job.number}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("sentences", type=Path)
    parser.add_argument("out", type=Path)
    for synthesizer in SYNTHESIZERS:
        parser.add_argument(f"--{synthesizer}", type=int, default=0, metavar="SENTENCES")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--workers", type=int, default=2)
    args = parser.parse_args()
    sentences = args.sentences.read_text().splitlines()
    jobs = []
    for synthesizer in SYNTHESIZERS:
        count = min(getattr(args, synthesizer), len(sentences))
        chosen = random.Random(f"{synthesizer}{args.seed}").sample(sentences, count)
        for number, start in enumerate(range(0, count, SHARD_SENTENCES)):
            jobs.append(Job(synthesizer, chosen[start:start + SHARD_SENTENCES], args.seed, number, args.out))
    with multiprocessing.Pool(args.workers) as pool:
        for line in pool.imap_unordered(make_shard, jobs):
            print(line, flush=True)


if __name__ == "__main__":
    main()
