"""Training processes of one thread each, which average their gradients: gentler on a busy machine than threads.

Two OpenMP threads wait for each other in every operation, spinning; when another process takes one core for a moment,
both stand still (eightfold slower was seen). Two processes meet once a step, and sleep while they wait.
"""
from __future__ import annotations

import datetime
import os
import socket
from pathlib import Path

import torch
import torch.distributed as dist
from torch import Tensor


class Ranks:
    def __init__(self, rank: int, count: int, port: int) -> None:
        self.rank, self.count = rank, count
        torch.set_num_threads(1)
        if count > 1:  # a stopped run (SIGSTOP) may wait for hours
            dist.init_process_group("gloo", init_method=f"tcp://127.0.0.1:{port}", rank=rank, world_size=count,
                                    timeout=datetime.timedelta(hours=12))

    @property
    def first(self) -> bool:
        return self.rank == 0

    def total(self, values: Tensor) -> Tensor:
        """Sum over the processes, in place."""
        if self.count > 1:
            dist.all_reduce(values)
        return values

    def agree(self, values: list[float]) -> list[float]:
        """What the first process says."""
        tensor = torch.tensor(values, dtype=torch.float64)
        if self.count > 1:
            dist.broadcast(tensor, 0)
        return tensor.tolist()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def lead_group_in_background(pid_file: Path) -> None:
    """Makes this process the leader of its own group at the lowest priority and writes its id, so that
    `kill -STOP -- -$(cat train.pid)` stops all of the training, and `-CONT` lets it go on."""
    if os.getpgrp() != os.getpid():  # setsid has done it already
        os.setpgid(0, 0)
    pid_file.write_text(f"{os.getpid()}\n")
    os.nice(19)
