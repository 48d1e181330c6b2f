"""A small Whisper for training.

Parameters live in transformers' WhisperForConditionalGeneration, so that checkpoints load unchanged anywhere; the
forward pass is our own, because training uses windows shorter than 30 s and looks at the cross-attention. Two helpers
exist in training only: CTC on phones at the encoder's top, and guided attention.
"""
from __future__ import annotations

from typing import Any, NamedTuple

import torch
import torch.nn.functional as F
from torch import Tensor, nn
from transformers import WhisperConfig, WhisperForConditionalGeneration, WhisperTokenizer

from phones import PHONES
from targets import IGNORE
from tokenizer import ids_of
from windows import Batch

GUIDED_HEADS = 2  # of each decoder layer; they become the alignment heads of word times
GUIDE_SECONDS = 0.35  # attention this far from a word's guessed place is still fine (standard deviation)
SMOOTHING = 0.05


class Losses(NamedTuple):
    cross_entropy: Tensor  # per token
    ctc: Tensor  # per phone
    astray: Tensor  # share of the guided heads' attention that lies where it should not


def config_for(tokenizer: WhisperTokenizer, width: int = 256, encoder: int = 6, decoder: int = 3) -> WhisperConfig:
    eot, sot = ids_of(tokenizer, ["<|endoftext|>", "<|startoftranscript|>"])
    return WhisperConfig(
        vocab_size=len(tokenizer), num_mel_bins=80, d_model=width, encoder_layers=encoder, decoder_layers=decoder,
        encoder_attention_heads=width // 64, decoder_attention_heads=width // 64, encoder_ffn_dim=4 * width,
        decoder_ffn_dim=4 * width, max_source_positions=1500, max_target_positions=448, dropout=0.0,
        pad_token_id=eot, bos_token_id=eot, eos_token_id=eot, decoder_start_token_id=sot,
        suppress_tokens=None, begin_suppress_tokens=None, use_cache=True)


class SmallWhisper(nn.Module):
    def __init__(self, config: WhisperConfig) -> None:
        super().__init__()
        self.whisper = WhisperForConditionalGeneration(config)
        self.ctc = nn.Linear(config.d_model, len(PHONES))  # training only
        self.heads = config.encoder_attention_heads
        for layer in [*self.whisper.model.encoder.layers, *self.whisper.model.decoder.layers]:
            for linear in (layer.self_attn.out_proj, layer.fc2):
                nn.init.zeros_(linear.weight)

    def split(self, x: Tensor) -> Tensor:
        """[batch, length, width] -> [batch, heads, length, width / heads]"""
        return x.view(*x.shape[:2], self.heads, -1).transpose(1, 2)

    def scores(self, m: Any, x: Tensor, memory: Tensor) -> Tensor:
        """[batch, heads, queries, keys]"""
        return (self.split(m.q_proj(x)) * (x.shape[2] // self.heads) ** -0.5) @ self.split(m.k_proj(memory)).mT

    def gather(self, m: Any, weights: Tensor, memory: Tensor) -> Tensor:
        y = weights.to(memory.dtype) @ self.split(m.v_proj(memory))
        return m.out_proj(y.transpose(1, 2).flatten(2))

    def attend(self, m: Any, x: Tensor, memory: Tensor, causal: bool) -> Tensor:
        """Plain products and softmax: PyTorch's fused attention took 38 % of a step on a CPU without AMX, this takes
        half of that (2026-11-21, PyTorch 2.13, bfloat16)."""
        scores = self.scores(m, x, memory)
        if causal:
            scores = scores + torch.full(scores.shape[-2:], -1e4).triu(1).to(scores.dtype)
        with torch.autocast("cpu", enabled=False):  # which would copy the scores to float32
            weights = scores.softmax(-1)
        return self.gather(m, weights, memory)

    def encode(self, mel: Tensor) -> Tensor:
        """[batch, 80, frames] -> [batch, frames / 2, width]; any length up to 30 s."""
        encoder = self.whisper.model.encoder
        x = F.gelu(encoder.conv2(F.gelu(encoder.conv1(mel)))).transpose(1, 2)
        x = x + encoder.embed_positions.weight[:x.shape[1]]
        for layer in encoder.layers:
            y = layer.self_attn_layer_norm(x)
            x = x + self.attend(layer.self_attn, y, y, False)
            x = x + layer.fc2(F.gelu(layer.fc1(layer.final_layer_norm(x))))
        return encoder.layer_norm(x)

    def decode(self, tokens: Tensor, memory: Tensor, times: Tensor | None = None) -> tuple[Tensor, Tensor]:
        """tokens [batch, n], memory [batch, m, width], times [batch, n] seconds -> logits [batch, n, vocabulary], and
        the guided-attention loss (Tachibana 2017), which makes attention find the words early."""
        decoder = self.whisper.model.decoder
        x = decoder.embed_tokens(tokens) + decoder.embed_positions.weight[:tokens.shape[1]]
        astray = torch.zeros(())
        if times is not None:
            frames = torch.arange(memory.shape[1]) / 50
            penalty = 1 - torch.exp(-((frames - times[..., None]) / GUIDE_SECONDS).square() / 2)
            known = times >= 0
        for layer in decoder.layers:
            y = layer.self_attn_layer_norm(x)
            x = x + self.attend(layer.self_attn, y, y, True)
            weights = self.scores(layer.encoder_attn, layer.encoder_attn_layer_norm(x), memory).softmax(-1)
            if times is not None:
                off = (weights[:, :GUIDED_HEADS].float() * penalty[:, None]).sum(-1).mean(1)
                astray = astray + off[known].mean() / len(decoder.layers)
            x = x + self.gather(layer.encoder_attn, weights, memory)
            x = x + layer.fc2(F.gelu(layer.fc1(layer.final_layer_norm(x))))
        return F.linear(decoder.layer_norm(x), decoder.embed_tokens.weight), astray

    def losses(self, batch: Batch, token_noise: float) -> Losses:
        memory = self.encode(batch.mel)
        noisy = torch.rand(batch.inputs.shape) < token_noise
        noisy[:, :4] = False  # the prompt
        inputs = torch.where(noisy, torch.randint_like(batch.inputs, 1024), batch.inputs)
        logits, astray = self.decode(inputs, memory, batch.times)
        cross_entropy = F.cross_entropy(logits.float().flatten(0, 1), batch.labels.flatten(), ignore_index=IGNORE,
                                        label_smoothing=SMOOTHING)
        spoken = batch.phone_lengths > 0
        if not bool(spoken.any()):
            return Losses(cross_entropy, torch.zeros(()), astray.nan_to_num(0.0))
        log_probs = F.log_softmax(self.ctc(memory[spoken]).float(), dim=-1).transpose(0, 1)
        lengths = batch.phone_lengths[spoken]
        frames = torch.full((len(lengths),), len(log_probs))
        ctc = F.ctc_loss(log_probs, batch.phones, frames, lengths, reduction="sum", zero_infinity=True) / lengths.sum()
        return Losses(cross_entropy, ctc, astray)

    @torch.no_grad()
    def transcribe(self, mel: Tensor, prompt: list[int], eot: int, limit: int = 120) -> list[list[int]]:
        """Greedy text tokens, for quick tests during training."""
        memory = self.encode(mel)
        tokens = torch.tensor([prompt] * len(mel))
        done = torch.zeros(len(mel), dtype=torch.bool)
        for _ in range(limit):
            following = self.decode(tokens, memory)[0][:, -1, :eot + 1].argmax(-1)
            following = torch.where(done, eot, following)
            tokens = torch.cat([tokens, following[:, None]], dim=1)
            done |= following == eot
            if bool(done.all()):
                break
        return [[t for t in row[len(prompt):] if t != eot] for row in tokens.tolist()]
