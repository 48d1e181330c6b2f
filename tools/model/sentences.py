"""Sentences to speak: prose of a text file (such as Norvig's big.txt, public domain) and everyday templates.

`python sentences.py PROSE.txt OUT.txt` writes one sentence a line, shuffled, the same for the same prose.
"""
from __future__ import annotations

import random
import re
import sys
from pathlib import Path

from everyday import everyday_sentences

ABBREVIATIONS = ("Mr", "Mrs", "Dr", "St", "Messrs", "Prof", "Gen", "Col", "Capt", "Hon")
ALLOWED = re.compile(r"^[A-Za-z ,.?!'-]+$")


def clean(text: str) -> str:
    text = text.replace("--", ", ").replace(";", ",").replace(":", ",").replace("_", "")
    text = re.sub(r"\[[^\]]*\]|\([^)]*\)", " ", text)
    text = re.sub(r'["“”*]|(?<![A-Za-z])\'|\'(?![A-Za-z])', " ", text)
    text = re.sub(r"\s+", " ", text)
    text = re.sub(r"\s+([,.?!])", r"\1", text)
    text = re.sub(r",([,.?!])", r"\1", text)
    return text.strip(" ,-")


def prose_sentences(raw: str) -> list[str]:
    """Sentences of 3 to 18 words; longer ones are cut at commas."""
    out: list[str] = []
    for paragraph in re.split(r"\n\s*\n", raw):
        text = clean(paragraph.replace("\n", " "))
        for abbreviation in ABBREVIATIONS:
            text = text.replace(abbreviation + ". ", abbreviation + "\0 ")
        for sentence in re.split(r"(?<=[.?!])\s+", text):
            sentence = sentence.replace("\0", ".").strip()
            pieces = [sentence] if len(sentence.split()) <= 18 else split_long(sentence)
            for piece in pieces:
                words = piece.split()
                if not (2 <= len(words) <= 18) or not ALLOWED.match(piece):
                    continue
                if sum(w.isupper() and len(w) > 1 for w in words) > 0 or max(map(len, words)) > 18:
                    continue
                piece = piece[0].upper() + piece[1:]
                out.append(piece if piece[-1] in ".?!" else piece + ".")
    return out


def split_long(sentence: str) -> list[str]:
    end = sentence[-1] if sentence[-1] in ".?!" else "."
    pieces, current = [], ""
    for part in sentence.rstrip(".?!").split(", "):
        candidate = f"{current}, {part}" if current else part
        if current and len(candidate.split()) > 16:
            pieces.append(current + ".")
            candidate = part
        current = candidate
    pieces.append(current + end)
    return [re.sub(r"^(and|but|or|which|that) ", "", p) for p in pieces]


def main() -> None:
    source, target = Path(sys.argv[1]), Path(sys.argv[2])
    rng = random.Random(0)
    prose = prose_sentences(source.read_text(errors="ignore"))
    everyday = everyday_sentences(9000, rng)
    sentences = sorted(set(prose) | everyday)
    rng.shuffle(sentences)
    target.write_text("\n".join(sentences) + "\n")
    words = sum(len(s.split()) for s in sentences)
    print(f"{len(sentences)} sentences, {words} words ({len(prose)} prose, {len(everyday)} everyday)")


if __name__ == "__main__":
    main()
