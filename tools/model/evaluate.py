"""Word and character error rates of an exported model on test utterances, by corpus and by synthetic voice.

`python evaluate.py MODEL_DIR RUN_DIR [--count 80] [--variants _quantized ""] [--by-voice] [--save FILE.json]`
Windows of 30 s without timestamps, greedy, as the model card reports; `--timestamps` decodes as the app does.
"""
from __future__ import annotations

import argparse
import json
import os
import random
import time
from pathlib import Path

import torch
from transformers import WhisperTokenizer

from reference_decoder import ReferenceDecoder
from score import score
from shards import Store, Utterance
from synthesize import SYNTHESIZERS


def by_voice(tests: dict[str, list[Utterance]]) -> dict[str, list[Utterance]]:
    """Synthesizers split into their voices; eSpeak's 600 combinations into accents."""
    out: dict[str, list[Utterance]] = {}
    for group, utterances in tests.items():
        for u in utterances:
            voice = f"{group} {u.speaker.split('+')[0]}" if group in SYNTHESIZERS else group
            out.setdefault(voice, []).append(u)
    return out


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("model", type=Path)
    parser.add_argument("run", type=Path)
    parser.add_argument("--count", type=int, default=80, help="utterances of each group")
    parser.add_argument("--variants", nargs="*", default=["_quantized", ""])
    parser.add_argument("--groups", nargs="*", help="only these")
    parser.add_argument("--by-voice", action="store_true")
    parser.add_argument("--timestamps", action="store_true")
    parser.add_argument("--trained", action="store_true", help="training utterances instead: how much is memory")
    parser.add_argument("--examples", type=int, default=1)
    parser.add_argument("--save", type=Path)
    args = parser.parse_args()
    os.nice(19)
    torch.set_num_threads(1)
    tokenizer = WhisperTokenizer.from_pretrained(args.model)
    store = Store([args.run / "spoken", args.run / "human"], args.run / "phones.tsv", tokenizer)
    side = store.train if args.trained else store.test
    groups = {g: us for g, us in sorted(side.items()) if not args.groups or g in args.groups}
    if args.by_voice:
        groups = by_voice(groups)
    results: dict[str, dict[str, float]] = {}
    for variant in args.variants:
        decoder, name = ReferenceDecoder(args.model, variant), variant.strip("_") or "fp32"
        for group, utterances in groups.items():
            chosen = random.Random(11).sample(utterances, min(args.count, len(utterances)))
            began = time.time()
            said = [decoder.text(u.samples, args.timestamps) for u in chosen]
            rates = score([u.text for u in chosen], said)
            seconds = sum(u.seconds for u in chosen)
            print(f"{name} {group}: WER {100 * rates.words:.1f}% CER {100 * rates.characters:.1f}% ({len(chosen)} "
                  f"utterances, {seconds:.0f} s in {time.time() - began:.0f} s)", flush=True)
            for u, text in list(zip(chosen, said))[:args.examples]:
                print(f"    {u.text} => {text}")
            results.setdefault(group, {})[name] = round(100 * rates.words, 1)
    if args.save:
        args.save.write_text(json.dumps(results, indent=1))


if __name__ == "__main__":
    main()
