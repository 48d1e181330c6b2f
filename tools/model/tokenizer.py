"""Train a small byte-level BPE and wrap it as a Whisper tokenizer.

`python tokenizer.py OUT_DIR TEXT_FILE...` writes the tokenizer files that transformers and transformers.js load. A new
tokenizer needs a model trained from scratch: to go on from a checkpoint, copy the tokenizer of its model folder.
"""
from __future__ import annotations

import json
import sys
from pathlib import Path

from tokenizers import AddedToken, ByteLevelBPETokenizer
from transformers import WhisperTokenizer

BASE_VOCABULARY = 1024
CONTROL = ["<|endoftext|>", "<|startoftranscript|>", "<|en|>", "<|translate|>", "<|transcribe|>", "<|startoflm|>",
           "<|startofprev|>", "<|nospeech|>", "<|notimestamps|>"]
TIMESTAMPS = [f"<|{i * 0.02:.2f}|>" for i in range(1501)]


def ids_of(tokenizer: WhisperTokenizer, tokens: list[str]) -> list[int]:
    """`convert_tokens_to_ids` says `int | list[int]`, whatever it is asked."""
    return [int(tokenizer.convert_tokens_to_ids(token)) for token in tokens]  # type: ignore[arg-type]


def train(lines: list[str], out: Path) -> WhisperTokenizer:
    bpe = ByteLevelBPETokenizer(add_prefix_space=False)
    bpe.train_from_iterator([" " + line for line in lines], vocab_size=BASE_VOCABULARY, min_frequency=2)
    out.mkdir(parents=True, exist_ok=True)
    bpe.save_model(str(out))
    vocabulary = json.loads((out / "vocab.json").read_text())
    merges = [tuple(line.split(" ")) for line in (out / "merges.txt").read_text().splitlines()[1:]]
    vocabulary[CONTROL[0]] = len(vocabulary)
    tokenizer = WhisperTokenizer(vocab=vocabulary, merges=merges, pad_token=CONTROL[0],
                                 additional_special_tokens=CONTROL[1:])
    tokenizer.add_tokens([AddedToken(t, special=True, normalized=False) for t in CONTROL])
    tokenizer.add_tokens([AddedToken(t, special=False, normalized=False) for t in TIMESTAMPS])
    ids = ids_of(tokenizer, CONTROL + TIMESTAMPS)
    assert ids == list(range(BASE_VOCABULARY, BASE_VOCABULARY + len(ids))), "special tokens out of order"
    tokenizer.save_pretrained(out)
    (out / "vocab.json").write_text(json.dumps(vocabulary, ensure_ascii=False))
    (out / "added_tokens.json").write_text(json.dumps(dict(zip(CONTROL[1:] + TIMESTAMPS, ids[1:])), indent=1))
    write_configuration(out)
    return tokenizer


def write_configuration(out: Path) -> None:
    """The configuration in the form that transformers 4, 5 and transformers.js all read."""
    names = {"bos_token": CONTROL[0], "eos_token": CONTROL[0], "unk_token": CONTROL[0], "pad_token": CONTROL[0],
             "additional_special_tokens": CONTROL[1:]}
    (out / "special_tokens_map.json").write_text(json.dumps(names, indent=2) + "\n")
    configuration = names | {"add_prefix_space": False, "clean_up_tokenization_spaces": False, "errors": "replace",
                             "model_max_length": 1024, "processor_class": "WhisperProcessor", "return_attention_mask": False,
                             "tokenizer_class": "WhisperTokenizer"}
    (out / "tokenizer_config.json").write_text(json.dumps(configuration, indent=2) + "\n")


def main() -> None:
    out = Path(sys.argv[1])
    lines = [line for name in sys.argv[2:] for line in Path(name).read_text().splitlines()]
    tokenizer = train(lines, out)
    example = " Hello, my name is Anna. Let's get started with the report."
    ids = tokenizer.encode(example, add_special_tokens=False)
    tokens = sum(len(tokenizer.encode(" " + s, add_special_tokens=False)) for s in lines[:2000])
    characters = sum(len(s) + 1 for s in lines[:2000])
    print(len(tokenizer), ids, tokenizer.decode(ids), f"{characters / tokens:.2f} characters per token")


if __name__ == "__main__":
    main()
