"""``fourview train deeplima-calc``."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import cv2
import torch

from domain.errors import BadInputError
from training.networks.unet import UNet
from training.recipes.deeplima_calc.packaging import package
from training.recipes.deeplima_calc.pictures import pictures_of
from training.recipes.deeplima_calc.settings import PROFILES, CalcSettings
from training.recipes.deeplima_calc.task import CalcTask
from training.recipes.recipe import Tell, TrainRequest
from training.recipes.requests import fingerprint
from training.run_folder import RunFolder
from training.trainer import Trainer


class CalcRecipe:
    """DeepLIMa sections 2.2 and 4.2."""

    name = "deeplima-calc"
    profiles = tuple(PROFILES)

    def train(self, request: TrainRequest, tell: Tell) -> None:
        """As ``Recipe.train``."""
        train(request, settings_of(request), tell)

    def package(self, run: Path, target: Path, tell: Tell) -> Path:
        """As ``Recipe.package``."""
        return package(run, target, tell)


def settings_of(request: TrainRequest) -> CalcSettings:
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


def train(request: TrainRequest, settings: CalcSettings, tell: Tell) -> float:
    """Train with these settings; gives the best goal."""
    torch.set_num_threads(request.threads)
    cv2.setNumThreads(1)
    torch.manual_seed(settings.schedule.seed)
    network = UNet(settings.size)
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
            "recipe": CalcRecipe.name,
            "profile": request.profile,
            "data": sets,
            "start": "" if request.start is None else request.start.name,
            **settings.plain(),
        }
    )
    if request.start is not None:
        network.load_state_dict(RunFolder(request.start).load_best())
    kept = request.out.parent
    pictures = [
        pictures_of(parts, settings, kept, tell) for parts in (request.train, request.valid)
    ]
    best = Trainer(network, CalcTask(settings, *pictures), settings.schedule, folder, tell).run()
    tell(f"best goal: {best:.3f}")
    return best
