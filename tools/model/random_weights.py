"""Whisper models of real sizes with random weights, for speed and memory benchmarks without a download.

In: a shape and a seed. Out: a folder in the hub's layout (tokenizer, configurations, ONNX in fp32 and int8) whose
token ids are those of the multilingual Whisper models. Runs in the environment of requirements-export.txt:
`python random_weights.py OUT_DIR --shape base --tokenizer ../../public/models/<embedded>`

The decision to know: what it says is nonsense, but it must cost what a real transcript costs. So the weights are laid
out such that every engine decodes the same number of tokens without a change to its rules: the end, no-speech and
timestamp tokens can never win, each position says another word, and it is sure of it. Otherwise an engine would stop
early, or fall back to a higher temperature because of repetition or a low probability, and the benchmark would measure that.
"""
from __future__ import annotations

import argparse
import json
import random
import string
import tempfile
from pathlib import Path
from typing import Any

import torch
from transformers import WhisperConfig, WhisperForConditionalGeneration
from transformers.models.whisper.tokenization_whisper import LANGUAGES

from onnx_export import export_folder

# width, layers (encoder and decoder each), heads; the feed-forward width is four times the width
SHAPES = {"tiny": (384, 4, 6), "base": (512, 6, 8), "small": (768, 12, 12)}
TEXT_TOKENS = 50257  # of the multilingual models; the control tokens follow
CONTROL = ["<|endoftext|>", "<|startoftranscript|>", *(f"<|{code}|>" for code in list(LANGUAGES)[:99]),
           "<|translate|>", "<|transcribe|>", "<|startoflm|>", "<|startofprev|>", "<|nospeech|>", "<|notimestamps|>"]
TIMESTAMPS = [f"<|{i * 0.02:.2f}|>" for i in range(1501)]
VOCABULARY = TEXT_TOKENS + len(CONTROL) + len(TIMESTAMPS)  # 51,865
LOGIT_SPREAD = 20.0  # standard deviation of text logits: the best leads by several, so probabilities are near 1
BARRED = -100.0  # logit of tokens that must never be chosen freely


def dummy_words(count: int, seed: int) -> list[str]:
    """`count` different made-up words, six letters with a leading space ("Ġ" in byte-level BPE). Letters rather than
    numbers, because text of digits compresses so well that the repetition check (ratio 2.4) would reject it."""
    rng = random.Random(seed)
    words: dict[str, None] = {}
    while len(words) < count:
        words["Ġ" + "".join(rng.choices(string.ascii_lowercase, k=6))] = None
    return list(words)


def write_tokenizer(source: Path, target: Path, seed: int) -> None:
    """The tokenizer in `source` with made-up words up to Whisper's vocabulary, and Whisper's control tokens."""
    tokenizer = json.loads((source / "tokenizer.json").read_text())
    controls = {t["content"] for t in tokenizer["added_tokens"]}
    vocabulary: dict[str, int] = {t: i for t, i in tokenizer["model"]["vocab"].items() if t not in controls}
    fresh = [w for w in dummy_words(TEXT_TOKENS, seed) if w not in vocabulary][:TEXT_TOKENS - len(vocabulary)]
    vocabulary |= {word: len(vocabulary) + i for i, word in enumerate(fresh)}
    added = {token: TEXT_TOKENS + i for i, token in enumerate(CONTROL + TIMESTAMPS)}
    tokenizer["model"]["vocab"] = vocabulary | {CONTROL[0]: TEXT_TOKENS}
    tokenizer["added_tokens"] = [
        {"id": i, "content": token, "single_word": False, "lstrip": False, "rstrip": False, "normalized": False,
         "special": token in CONTROL} for token, i in added.items()]
    tokenizer["post_processor"] = None  # named the old ids; Whisper engines build their prompts themselves
    target.mkdir(parents=True)
    (target / "tokenizer.json").write_text(json.dumps(tokenizer, ensure_ascii=False))
    (target / "vocab.json").write_text(json.dumps(tokenizer["model"]["vocab"], ensure_ascii=False))
    (target / "merges.txt").write_text((source / "merges.txt").read_text())
    (target / "added_tokens.json").write_text(json.dumps({t: i for t, i in added.items() if t != CONTROL[0]}, indent=1))
    for name in ("special_tokens_map.json", "tokenizer_config.json"):
        values = json.loads((source / name).read_text())
        values["additional_special_tokens"] = CONTROL[1:]
        (target / name).write_text(json.dumps(values, indent=2) + "\n")


def generation_config(tokens: int, layers: int) -> dict[str, Any]:
    """As in openai/whisper-base, with room for the prompt and `tokens` tokens."""
    ids = {token: TEXT_TOKENS + i for i, token in enumerate(CONTROL)}
    end = ids["<|endoftext|>"]
    return {
        "alignment_heads": [[layer, head] for layer in range(layers // 2, layers) for head in (0, 1)],
        "bos_token_id": end, "decoder_start_token_id": ids["<|startoftranscript|>"], "eos_token_id": end,
        "pad_token_id": end, "is_multilingual": True,
        "lang_to_id": {token: i for token, i in ids.items() if token.strip("<|>") in LANGUAGES},
        "task_to_id": {task: ids[f"<|{task}|>"] for task in ("transcribe", "translate")},
        "no_timestamps_token_id": ids["<|notimestamps|>"], "prev_sot_token_id": ids["<|startofprev|>"],
        "no_speech_token_id": ids["<|nospeech|>"], "max_initial_timestamp_index": 50,
        "suppress_tokens": [], "max_length": 4 + tokens, "return_timestamps": False,
    }


def random_model(shape: str, seed: int) -> WhisperForConditionalGeneration:
    """Hidden dimension 0 of the decoder's output is a constant 10, and only barred tokens look at it."""
    width, layers, heads = SHAPES[shape]
    end = TEXT_TOKENS
    torch.manual_seed(seed)
    model = WhisperForConditionalGeneration(WhisperConfig(
        vocab_size=VOCABULARY, num_mel_bins=80, d_model=width, encoder_layers=layers, decoder_layers=layers,
        encoder_attention_heads=heads, decoder_attention_heads=heads, encoder_ffn_dim=4 * width,
        decoder_ffn_dim=4 * width, max_source_positions=1500, max_target_positions=448, pad_token_id=end,
        bos_token_id=end, eos_token_id=end, decoder_start_token_id=end + 1, suppress_tokens=None,
        begin_suppress_tokens=None)).eval()
    decoder = model.model.decoder
    languages = slice(TEXT_TOKENS + 2, TEXT_TOKENS + 2 + 99)
    with torch.no_grad():
        embedding = decoder.embed_tokens.weight  # also the output projection
        embedding.normal_(0, LOGIT_SPREAD / width ** 0.5)
        embedding[:, 0] = 0
        embedding[TEXT_TOKENS:, 0] = BARRED * 1.5 / 10
        embedding[languages, 0] = 0  # language detection looks at these alone
        decoder.layer_norm.weight[0], decoder.layer_norm.bias[0] = 0, 10
        # the position decides, not the last word, whose embedding would otherwise choose itself for ever
        decoder.embed_positions.weight.normal_(0, 20 * LOGIT_SPREAD / width ** 0.5)
    return model


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("out", type=Path)
    parser.add_argument("--shape", choices=SHAPES, default="base")
    parser.add_argument("--tokenizer", type=Path, required=True, help="folder of the embedded model")
    parser.add_argument("--tokens", type=int, default=100, help="tokens decoded for each window (max_length)")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--plain", action="store_true", help="without cross-attentions, as the hub's plain models")
    args = parser.parse_args()
    model = random_model(args.shape, args.seed)
    args.out.absolute().parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as name:
        write_tokenizer(args.tokenizer, Path(name) / "tokenizer", args.seed)
        export_folder(model, Path(name) / "tokenizer", generation_config(args.tokens, model.config.decoder_layers),
                      args.out, cross_attentions=not args.plain)
    print(f"{args.shape}: {sum(p.numel() for p in model.parameters()) / 1e6:.1f} M parameters in {args.out}")


if __name__ == "__main__":
    main()
