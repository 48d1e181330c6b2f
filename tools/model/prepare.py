"""Human speech in Opus blocks -> shards, one for each corpus.

`python prepare.py SPEECH_DIR OUT_DIR`, where SPEECH_DIR holds the blocks and `manifest.tsv` (file, start and length in
seconds, speaker, set, text). Rows of set `test` become test utterances, which training never draws.
"""
from __future__ import annotations

import re
import sys
from itertools import groupby
from pathlib import Path

import numpy as np

from audio import RATE, decode, level
from shards import ShardWriter

ALLOWED = re.compile(r"^[A-Za-z0-9 ,.?!'&%$-]+$")  # what the tokenizer was trained on


def written(text: str) -> str:
    """Gives bare upper- or lower-case transcripts a sentence's look; leaves written text alone."""
    text = re.sub(r"\s+", " ", text.replace("’", "'").replace("“", "").replace("”", "").replace('"', "")).strip()
    if text.isupper() or text.islower():
        text = text.lower()
        text = re.sub(r"\bi\b(?=$|[ ',.?!])", "I", text)
        text = re.sub(r"\b(mr|mrs|dr)\b\.?", lambda m: m.group(1).capitalize() + ".", text)
        for name in "monday tuesday wednesday thursday friday saturday sunday america american england english".split():
            text = re.sub(rf"\b{name}\b", name.capitalize(), text)
    text = re.sub(r"\s*--+\s*|\s*[;:]\s*", ", ", text)
    text = re.sub(r"[\[\]()]", "", text).strip(" ,-")
    if not text:
        return ""
    text = text[0].upper() + text[1:]
    return text if text[-1] in ".?!" else text + "."


def corpus_of(block: str) -> str:
    return re.sub(r"-\d+\.opus$", "", block)


def prepare(source: Path, out: Path) -> None:
    rows = [line.split("\t") for line in (source / "manifest.tsv").read_text().splitlines()[1:]]
    for corpus, corpus_rows in groupby(sorted(rows, key=lambda r: r[0]), key=lambda r: corpus_of(r[0])):
        shard = ShardWriter()
        for block, block_rows in groupby(corpus_rows, key=lambda r: r[0]):
            audio = decode(source / block)
            for _, start, seconds, speaker, side, text in block_rows:
                begin, end = round(float(start) * RATE), round((float(start) + float(seconds)) * RATE)
                text = written(text)
                if ALLOWED.match(text) and 0.3 * RATE <= end - begin <= 29 * RATE:
                    shard.add(level(audio[begin:end].astype(np.float32)), text, corpus, speaker, side == "test")
        print(shard.write(out, corpus), flush=True)


if __name__ == "__main__":
    prepare(Path(sys.argv[1]), Path(sys.argv[2]))
