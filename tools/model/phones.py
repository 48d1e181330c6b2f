"""Phones of texts, from flite's lexicon and letter-to-sound rules, for the CTC loss at the encoder's top.

`python phones.py OUT.tsv SOURCE...` adds the texts of shard folders and text files that OUT.tsv lacks; lines of
OUT.tsv are a text, a tab, its phones. It teaches the encoder to hear before the decoder's
attention has found the words.
"""
from __future__ import annotations

import json
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

PHONES = ("<blank> aa ae ah ao aw ax ay b ch d dh eh er ey f g hh ih iy jh k l m n ng ow oy p r s sh t th uh uw "
          "v w y z zh").split()
PHONE_ID = {p: i for i, p in enumerate(PHONES)}  # the CTC head's outputs; changing them makes old checkpoints unusable


def phones_of(text: str) -> str:
    """Space-separated phones without pauses; empty where flite fails."""
    done = subprocess.run(["flite", "-voice", "kal", "-ps", "-t", text, "-o", "/dev/null"], capture_output=True, text=True)
    return " ".join(p for p in done.stdout.split() if p != "pau")


def read_phones(path: Path) -> dict[str, str]:
    return dict(line.split("\t") for line in path.read_text().splitlines()) if path.exists() else {}


def texts_in(source: Path) -> set[str]:
    if source.suffix == ".txt":
        return set(source.read_text().splitlines())
    return {json.loads(line)["text"] for index in source.glob("*.jsonl") for line in index.read_text().splitlines()}


def main() -> None:
    target, sources = Path(sys.argv[1]), [Path(a) for a in sys.argv[2:]]
    known = read_phones(target)
    new = sorted(set[str]().union(*map(texts_in, sources)) - known.keys())
    with ThreadPoolExecutor(2) as pool:
        known.update({t: p for t, p in zip(new, pool.map(phones_of, new)) if p})
    partial = target.with_suffix(".partial")
    partial.write_text("".join(f"{t}\t{p}\n" for t, p in known.items()))
    partial.rename(target)
    print(f"{len(known)} texts with phones ({len(new)} new)")


if __name__ == "__main__":
    main()
