"""``fourview train deeplima-mass``."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import cv2
import torch

from domain.errors import BadInputError
from training.networks.faster_rcnn import FasterRcnn
from training.recipes.deeplima_mass.packaging import package
from training.recipes.deeplima_mass.settings import PROFILES, MassSettings
from training.recipes.deeplima_mass.task import MassTask
from training.recipes.recipe import Tell, TrainRequest
from training.recipes.requests import fingerprint
from training.run_folder import RunFolder
from training.trainer import Trainer


class MassRecipe:
    """DeepLIMa section 2.1 and 4.1."""

    name = "deeplima-mass"
    profiles = tuple(PROFILES)

    def train(self, request: TrainRequest, tell: Tell) -> None:
        """As ``Recipe.train``."""
        train(request, settings_of(request), tell)

    def package(self, run: Path, target: Path, tell: Tell) -> Path:
        """As ``Recipe.package``."""
        return package(run, target, tell)


def settings_of(request: TrainRequest) -> MassSettings:
    """The profile's, with the request's steps."""
    if request.profile not in PROFILES:
        raise BadInputError(
            f"the recipe has no profile {request.profile!r}",
            remedy=f"Use one of {', '.join(PROFILES)}",
        )
    settings = PROFILES[request.profile]
    if request.steps is None:
        return settings
    every = min(settings.schedule.every, request.steps)
    return replace(settings, schedule=replace(settings.schedule, steps=request.steps, every=every))


def train(request: TrainRequest, settings: MassSettings, tell: Tell) -> float:
    """Train with these settings; gives the best goal."""
    torch.set_num_threads(request.threads)
    cv2.setNumThreads(1)
    torch.manual_seed(settings.schedule.seed)
    network = FasterRcnn(settings.size)
    folder = RunFolder(request.out)
    sets = {
        split: [
            [one.data.name, len(one.infos), one.weight, fingerprint(one.data, one.infos)]
            for one in parts
        ]
        for split, parts in (("train", request.train), ("valid", request.valid))
    }
    folder.begin(
        {
            "recipe": MassRecipe.name,
            "profile": request.profile,
            "data": sets,
            "start": "" if request.start is None else request.start.name,
            **settings.plain(),
        }
    )
    if request.start is not None:
        begin_with(network, request.start, tell)
    task = MassTask(settings, request.train, request.valid, tell)
    best = Trainer(network, task, settings.schedule, folder, tell).run()
    tell(f"best goal: {best:.3f}")
    return best


def begin_with(network: FasterRcnn, run: Path, tell: Tell) -> None:
    """Take over the weights of another run that this network has too, of the same shape."""
    kept, own = RunFolder(run).load_best(), network.state_dict()
    shared = {
        name: value
        for name, value in kept.items()
        if name in own and own[name].shape == value.shape
    }
    network.load_state_dict(shared, strict=False)
    tell(f"began with {len(shared)} of {len(own)} weights of {run.name}")
