"""``fourview train deeplima-calc``."""

from __future__ import annotations

from pathlib import Path

from training.networks.unet import UNet
from training.recipes.deeplima_calc.calibration import keep_calibration
from training.recipes.deeplima_calc.mining import with_mined
from training.recipes.deeplima_calc.packaging import package
from training.recipes.deeplima_calc.pictures import pictures_of
from training.recipes.deeplima_calc.settings import PROFILES, CalcSettings
from training.recipes.deeplima_calc.task import CalcTask
from training.recipes.recipe import Tell, TrainRequest
from training.recipes.running import begin, finish, profile_of, with_steps
from training.run_folder import RunFolder


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
    """The profile's, with the request's steps. Raises BadInputError where there is no such one."""
    return with_steps(profile_of(PROFILES, request.profile), request.steps)


def train(request: TrainRequest, settings: CalcSettings, tell: Tell) -> float:
    """Train with these settings; gives the best goal.

    A run that begins with another's weights also learns from what these mark wrongly.
    """
    folder = begin(CalcRecipe.name, request, settings)
    network = UNet(settings.size)
    if request.start is not None:
        network.load_state_dict(RunFolder(request.start).load_best())
    kept = request.out.parent
    pictures = [
        pictures_of(parts, settings, kept, tell) for parts in (request.train, request.valid)
    ]
    if request.start is not None and settings.patches.mined:
        pictures[0] = with_mined(pictures[0], request.start, request.out, settings, tell)
    keep_calibration(pictures[0], settings, request.out)
    return finish(network, CalcTask(settings, *pictures), settings.schedule, folder, tell)
