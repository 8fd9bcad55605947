"""One plain training loop for every recipe."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Generic, Protocol, TypeVar

import torch
from torch import Tensor, nn

from domain.errors import FourviewError
from training.ema import Ema
from training.group import ProcessGroup, join_group
from training.run_folder import RunFolder

N = TypeVar("N", bound=nn.Module)
T_contra = TypeVar("T_contra", bound=nn.Module, contravariant=True)


class TrainingError(FourviewError):
    """Training can't go on."""


class Task(Protocol[T_contra]):
    """What a recipe brings."""

    def loss(self, network: T_contra, step: int) -> Mapping[str, Tensor]:
        """Parts of the loss on the batch of a step; their sum is made small.

        The network says by its weights on which device. Of several processes each has its own
        steps, as ``ProcessGroup.draw`` numbers them.
        """

    def validate(self, network: T_contra) -> Mapping[str, float]:
        """Figures of a network on the validation set; ``goal`` is the one to make large."""


@dataclass(frozen=True)
class Schedule:
    """How long and how fast. every: steps between validations, at which the state is kept too.

    rate: of AdamW at its highest; it rises over ``warmup`` steps and falls to 0 as a cosine.
    clip: longest gradient. bf16: convolutions in bfloat16 (weights stay float32).
    """

    steps: int
    every: int = 250
    rate: float = 1e-3
    warmup: int = 200
    decay: float = 0.05
    clip: float = 5.0
    ema: float = 0.998
    bf16: bool = True
    seed: int = 1
    report: int = 25

    def rate_at(self, step: int) -> float:
        """The learning rate of one step."""
        risen = min(1.0, (step + 1) / max(1, self.warmup))
        gone = min(1.0, max(0.0, (step - self.warmup) / max(1, self.steps - self.warmup)))
        return self.rate * risen * (1 + math.cos(math.pi * gone)) / 2


@dataclass(eq=False)
class _Means:
    """Means of what was reported since the last row."""

    parts: dict[str, float] = field(default_factory=dict)
    steps: int = 0
    since: float = field(default_factory=time.perf_counter)

    def add(self, parts: Mapping[str, Tensor]) -> None:
        for name, value in parts.items():
            self.parts[name] = self.parts.get(name, 0.0) + float(value.detach())
        self.steps += 1

    def now(self) -> dict[str, float]:
        return {name: value / max(1, self.steps) for name, value in self.parts.items()}

    def take(self) -> dict[str, float]:
        found = self.now()
        found["steps_per_s"] = self.steps / max(1e-9, time.perf_counter() - self.since)
        self.parts, self.steps, self.since = {}, 0, time.perf_counter()
        return found


class Trainer(Generic[N]):
    """Trains a network in a run folder; the same command resumes what was interrupted."""

    def __init__(
        self,
        network: N,
        task: Task[N],
        schedule: Schedule,
        folder: RunFolder,
        tell: Callable[[str], None] = lambda _line: None,
        *,
        group: ProcessGroup | None = None,
    ) -> None:
        self._group = group or join_group()
        self._network = channels_last(network.to(self._group.device))
        self._task, self._schedule, self._folder, self._tell = task, schedule, folder, tell
        self._ema = Ema(self._network, schedule.ema)
        self._optimiser = torch.optim.AdamW(_groups(network, schedule.decay), schedule.rate)
        self._step, self._best = 0, -math.inf

    def run(self, until: int | None = None) -> float:
        """Go on to the end of the schedule, or to step ``until``; gives the best goal reached."""
        self._resume()
        self._group.share_state(self._network)
        last = min(self._schedule.steps, until if until is not None else self._schedule.steps)
        means = _Means()
        while self._step < last:
            means.add(self._one_step())
            if self._step % self._schedule.report == 0:
                self._tell(f"step {self._step} of {self._schedule.steps}: {_words(means.now())}")
            if self._step % self._schedule.every == 0 or self._step == self._schedule.steps:
                if self._group.leads:
                    self._look(means.take())
                self._group.wait()
        return self._best

    def _one_step(self) -> Mapping[str, Tensor]:
        schedule, network = self._schedule, self._network
        network.train()
        torch.manual_seed(schedule.seed * 1_000_003 + self._group.draw(self._step))
        for group in self._optimiser.param_groups:
            group["lr"] = schedule.rate_at(self._step)
        with torch.autocast(self._group.device.type, torch.bfloat16, enabled=schedule.bf16):
            parts = self._task.loss(network, self._group.draw(self._step))
        total = torch.stack(list(parts.values())).sum()
        if not bool(torch.isfinite(total)):
            raise TrainingError(
                f"the loss of step {self._step} is no number ({_words(parts)})",
                where=str(self._folder.path),
                remedy="Lower the learning rate or look at the data; the last kept state is whole",
            )
        self._optimiser.zero_grad(set_to_none=True)
        total.backward()  # type: ignore[no-untyped-call]
        self._group.average_gradients(network)
        nn.utils.clip_grad_norm_(network.parameters(), schedule.clip)
        self._optimiser.step()
        self._ema.update(network, self._step)
        self._step += 1
        return parts

    def _look(self, means: Mapping[str, float]) -> None:
        try:
            self._keep(means)
        except OSError as error:
            raise TrainingError(
                f"step {self._step} could not be kept ({error.strerror or error})",
                where=str(self._folder.path),
                remedy="Make room and give the same command: it goes on from the last kept step",
            ) from error

    def _keep(self, means: Mapping[str, float]) -> None:
        figures = self._task.validate(self._ema.network)
        rate = self._schedule.rate_at(self._step - 1)
        self._folder.add_to_curve({"step": self._step, "rate": rate, **means, **figures})
        self._tell(f"step {self._step}: {_words(figures)}, {means['steps_per_s']:.2f} steps/s")
        if figures["goal"] > self._best:
            self._best = figures["goal"]
            told = {"step": str(self._step), **{key: f"{one:.6g}" for key, one in figures.items()}}
            self._folder.save_best(self._ema.network.state_dict(), told)
        self._folder.save_state(self._state())
        self._folder.draw_curve()

    def _state(self) -> dict[str, Any]:
        return {
            "step": self._step,
            "best": self._best,
            "network": self._network.state_dict(),
            "ema": self._ema.network.state_dict(),
            "optimiser": self._optimiser.state_dict(),
        }

    def _resume(self) -> None:
        kept = self._folder.load_state()
        if kept is None:
            return
        try:
            self._network.load_state_dict(kept["network"])
            self._ema.network.load_state_dict(kept["ema"])
            self._optimiser.load_state_dict(kept["optimiser"])
        except (KeyError, RuntimeError, ValueError) as error:
            raise TrainingError(
                "the kept state is of another network",
                where=str(self._folder.path),
                remedy="Give another run folder, or the settings this run began with",
            ) from error
        self._step, self._best = int(kept["step"]), float(kept["best"])
        self._folder.cut_curve(self._step)
        self._tell(f"resumed at step {self._step}")


def channels_last(network: N) -> N:
    """The same network with its weights laid out as bf16 convolutions on a CPU want them."""
    for one in network.parameters():
        if one.ndim == 4:
            one.data = one.data.contiguous(memory_format=torch.channels_last)
    return network


def _groups(network: nn.Module, decay: float) -> list[dict[str, Any]]:
    """Weights decay; biases and what norms learn do not."""
    plain = [one for one in network.parameters() if one.ndim > 1]
    free = [one for one in network.parameters() if one.ndim <= 1]
    return [{"params": plain, "weight_decay": decay}, {"params": free, "weight_decay": 0.0}]


def _words(figures: Mapping[str, Any]) -> str:
    plain = {name: float(torch.as_tensor(value).detach()) for name, value in figures.items()}
    return ", ".join(f"{name} {value:.4g}" for name, value in plain.items())
