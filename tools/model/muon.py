"""Muon: momentum whose direction is orthogonalized (https://kellerjordan.github.io/posts/muon/), for matrices.

Orthogonalizing takes about a tenth of a step even when two processes share the matrices, as they do here: each does
its share and they exchange the results.
"""
from __future__ import annotations

import torch
import torch.distributed as dist
from torch import Tensor, nn


class Muon(torch.optim.Optimizer):
    def __init__(self, params: list[nn.Parameter], lr: float, momentum: float = 0.95, weight_decay: float = 0.05,
                 rank: int = 0, ranks: int = 1) -> None:
        super().__init__(params, {"lr": lr, "momentum": momentum, "weight_decay": weight_decay})
        self.rank, self.ranks = rank, ranks

    @torch.no_grad()
    def step(self) -> None:  # type: ignore[override]
        for group in self.param_groups:
            shapes: dict[tuple[int, ...], list[nn.Parameter]] = {}
            for p in group["params"]:
                shapes.setdefault(tuple(p.shape), []).append(p)
            directions = [self.directions(params, group["momentum"]) for params in shapes.values()]
            flat = torch.cat([d.flatten() for d in directions])
            if self.ranks > 1:
                dist.all_reduce(flat)
            at = 0
            for params in shapes.values():
                scale = 0.2 * max(params[0].shape) ** 0.5  # as large as AdamW's steps
                for p in params:
                    update = flat[at: at + p.numel()].view_as(p)
                    at += p.numel()
                    p.mul_(1 - group["lr"] * group["weight_decay"]).add_(update, alpha=-group["lr"] * scale)

    def directions(self, params: list[nn.Parameter], momentum: float) -> Tensor:
        """[matrices, rows, columns] of one shape; zero for matrices that are another process's share."""
        updates = []
        for p in params:
            assert p.grad is not None
            state = self.state[p]
            if not state:
                state["buffer"] = torch.zeros_like(p)
            state["buffer"].lerp_(p.grad, 1 - momentum)
            updates.append(torch.lerp(p.grad, state["buffer"], momentum))
        out = torch.zeros(len(params), *params[0].shape)
        mine = updates[self.rank::self.ranks]
        if mine:
            out[self.rank::self.ranks] = orthogonalize(torch.stack(mine)).float()
        return out


def orthogonalize(g: Tensor) -> Tensor:
    """[matrices, rows, columns]: four Newton-Schulz steps towards the nearest orthogonal matrix."""
    x = g.bfloat16()
    tall = x.shape[-2] > x.shape[-1]
    if tall:
        x = x.mT.contiguous()
    x = x / (x.norm(dim=(-2, -1), keepdim=True) + 1e-7)
    for a, b, c in ((3.4445, -4.7750, 2.0315),) * 4:
        y = x @ x.mT
        x = a * x + (b * y + c * y @ y) @ x
    return x.mT if tall else x
