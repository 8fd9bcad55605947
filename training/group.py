"""The processes that train one network together: one for each GPU, as ``torchrun`` starts them."""

from __future__ import annotations

import os
from dataclasses import dataclass

import torch
from torch import distributed, nn


@dataclass(frozen=True)
class ProcessGroup:
    """rank: of this process, of ``size``. device: that its network lives on."""

    rank: int
    size: int
    device: torch.device

    @property
    def leads(self) -> bool:
        """Whether this process writes the run folder and looks at the network."""
        return self.rank == 0

    def draw(self, step: int) -> int:
        """The number of this process's batch of a step; no two batches of a run share one."""
        return step * self.size + self.rank

    def average_gradients(self, network: nn.Module) -> None:
        """Each process gets the mean of all processes' gradients."""
        if self.size > 1:
            for one in network.parameters():
                if one.grad is None:  # a part that this batch did not use
                    one.grad = torch.zeros_like(one)
                distributed.all_reduce(one.grad)
                one.grad /= self.size

    def share_state(self, network: nn.Module) -> None:
        """Weights and statistics of the first process for all."""
        if self.size > 1:
            for one in network.state_dict().values():
                distributed.broadcast(one, 0)

    def wait(self) -> None:
        """Until all are here."""
        if self.size > 1:
            distributed.barrier()


def join_group() -> ProcessGroup:
    """The group that ``torchrun`` tells of in the environment; else this process alone.

    A GPU where there is one for each process, else the CPU.
    """
    rank, size = (int(os.environ.get(name, fallback)) for name, fallback in _VARIABLES)
    gpus = torch.cuda.device_count() if torch.cuda.is_available() else 0
    local = int(os.environ.get("LOCAL_RANK", "0"))
    device = torch.device("cuda", local) if local < gpus else torch.device("cpu")
    if size > 1 and not distributed.is_initialized():
        distributed.init_process_group("nccl" if device.type == "cuda" else "gloo")
    return ProcessGroup(rank, size, device)


_VARIABLES = (("RANK", "0"), ("WORLD_SIZE", "1"))
