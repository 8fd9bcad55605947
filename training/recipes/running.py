"""What every recipe's run begins and ends with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, ClassVar, Protocol, TypeVar

import cv2
import torch
from torch import nn

from domain.errors import BadInputError
from training.recipes.recipe import Tell, TrainRequest
from training.recipes.requests import fingerprint
from training.run_folder import RunFolder
from training.trainer import Schedule, Task, Trainer


class Settings(Protocol):
    """A recipe's decisions: a dataclass with a schedule."""

    __dataclass_fields__: ClassVar[dict[str, Any]]

    @property
    def schedule(self) -> Schedule:
        """How long and how fast."""
        ...

    def plain(self) -> dict[str, Any]:
        """All of it as plain values, for the run folder."""
        ...


S = TypeVar("S")
T = TypeVar("T", bound=Settings)
N = TypeVar("N", bound=nn.Module)


def profile_of(profiles: Mapping[str, S], name: str) -> S:
    """The profile of a name. Raises BadInputError where there is none."""
    if name not in profiles:
        raise BadInputError(
            f"the recipe has no profile {name!r}", remedy=f"Use one of {', '.join(profiles)}"
        )
    return profiles[name]


def with_steps(settings: T, steps: int | None) -> T:
    """The same with another number of steps, where one is asked for."""
    return replace(settings, schedule=of_steps(settings.schedule, steps))


def of_steps(schedule: Schedule, steps: int | None) -> Schedule:
    """The schedule with another number of steps, where one is asked for."""
    if steps is None:
        return schedule
    return replace(schedule, steps=steps, every=min(schedule.every, steps))


def begin(name: str, request: TrainRequest, settings: Settings) -> RunFolder:
    """Set threads and seeds, and write the run's config or check that it is the one it began with.

    name: of the recipe. Call it before the network is made: its weights follow from the seed.
    Raises BadInputError for a run that began with other settings.
    """
    torch.set_num_threads(request.threads)
    cv2.setNumThreads(1)
    torch.manual_seed(settings.schedule.seed)
    folder = RunFolder(request.out)
    folder.begin(
        {
            "recipe": name,
            "profile": request.profile,
            "data": told_data(request),
            "start": "" if request.start is None else request.start.name,
            **settings.plain(),
        }
    )
    return folder


def told_data(request: TrainRequest) -> dict[str, list[list[Any]]]:
    """Of each split its sets: name, images, weight, fingerprint."""
    return {
        split: [
            [one.data.name, len(one.infos), one.weight, fingerprint(one.data, one.infos)]
            for one in parts
        ]
        for split, parts in (("train", request.train), ("valid", request.valid))
    }


def finish(network: N, task: Task[N], schedule: Schedule, folder: RunFolder, tell: Tell) -> float:
    """Train to the end of the schedule; gives the best goal."""
    best = Trainer(network, task, schedule, folder, tell).run()
    tell(f"best goal: {best:.3f}")
    return best
