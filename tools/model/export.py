"""A run's averaged weights -> a model folder in the hub's layout, and a small checkpoint to go on from.

`python export.py RUN_DIR MODEL_DIR [--ship CHECKPOINT_DIR]`, in the environment of requirements-export.txt.
"""
from __future__ import annotations

import argparse
import shutil
from pathlib import Path
from typing import Any

import torch
from transformers import WhisperForConditionalGeneration, WhisperTokenizer

from checkpoint import Weights, as_float, ship
from network import GUIDED_HEADS, config_for
from onnx_export import export_folder
from tokenizer import CONTROL, ids_of


def model_of(weights: Weights, tokenizer: WhisperTokenizer) -> WhisperForConditionalGeneration:
    """The shape is read from the weights."""
    own = {k.removeprefix("whisper."): v for k, v in as_float(weights).items() if k.startswith("whisper.")}

    def layers(side: str) -> int:
        return 1 + max(int(k.split(".")[3]) for k in own if k.startswith(f"model.{side}.layers."))

    width = own["model.encoder.conv1.weight"].shape[0]
    model = WhisperForConditionalGeneration(config_for(tokenizer, width, layers("encoder"), layers("decoder")))
    missing, unexpected = model.load_state_dict(own, strict=False)
    if unexpected or set(missing) - {"proj_out.weight", "model.encoder.embed_positions.weight"}:
        raise ValueError(f"weights do not fit: unexpected {unexpected}, missing {missing}")
    return model.eval()


def generation_config(tokenizer: WhisperTokenizer, layers: int) -> dict[str, Any]:
    eot, sot, en, translate, transcribe, lm, previous, silence, bare = ids_of(tokenizer, CONTROL)
    return {
        "alignment_heads": [[layer, head] for layer in range(layers) for head in range(GUIDED_HEADS)],
        "bos_token_id": eot, "decoder_start_token_id": sot, "eos_token_id": eot, "pad_token_id": eot,
        "is_multilingual": True, "lang_to_id": {"<|en|>": en},
        "task_to_id": {"transcribe": transcribe, "translate": translate},
        "no_timestamps_token_id": bare, "prev_sot_token_id": previous, "no_speech_token_id": silence,
        "suppress_tokens": [translate, transcribe, lm, previous, silence],
        "max_initial_timestamp_index": 100, "max_length": 448, "return_timestamps": False,
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("run", type=Path)
    parser.add_argument("target", type=Path)
    parser.add_argument("--checkpoint", type=Path, help="instead of the run's own")
    parser.add_argument("--weights", choices=("average", "model"), default="average",
                        help="the last weights may beat their average when few steps followed the start of the decay")
    parser.add_argument("--ship", type=Path, help="folder for average-fp16.pt and config.json")
    args = parser.parse_args()
    path = args.checkpoint or args.run / "checkpoint.pt"
    state = torch.load(path, weights_only=True)
    tokenizer = WhisperTokenizer.from_pretrained(args.run / "tokenizer")
    model = model_of(state[args.weights], tokenizer)
    args.target.absolute().parent.mkdir(parents=True, exist_ok=True)
    export_folder(model, args.run / "tokenizer", generation_config(tokenizer, model.config.decoder_layers), args.target,
                  dynamic_audio_context=True)
    if args.ship:
        args.ship.mkdir(parents=True, exist_ok=True)
        ship(path, args.ship / "average-fp16.pt", args.weights)
        shutil.copy(args.target / "config.json", args.ship)
    print(f"{args.target}: step {state['step']}")


if __name__ == "__main__":
    main()
