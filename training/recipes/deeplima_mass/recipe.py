"""``fourview train deeplima-mass``."""

from __future__ import annotations

from pathlib import Path

from training.networks.faster_rcnn import FasterRcnn
from training.recipes.deeplima_mass.packaging import package
from training.recipes.deeplima_mass.settings import PROFILES, MassSettings
from training.recipes.deeplima_mass.task import MassTask
from training.recipes.recipe import Tell, TrainRequest
from training.recipes.running import begin, finish, profile_of, with_steps
from training.run_folder import RunFolder


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
    """The profile's, with the request's steps. Raises BadInputError where there is no such one."""
    return with_steps(profile_of(PROFILES, request.profile), request.steps)


def train(request: TrainRequest, settings: MassSettings, tell: Tell) -> float:
    """Train with these settings; gives the best goal."""
    folder = begin(MassRecipe.name, request, settings)
    network = FasterRcnn(settings.size)
    whole = request.start is not None and begin_with(network, request.start, tell)
    task = MassTask(settings, request.train, request.valid, tell)
    if whole:  # part of a network marks nothing that tells of it
        task.mine(network, request.out, tell)
    return finish(network, task, settings.schedule, folder, tell)


def begin_with(network: FasterRcnn, run: Path, tell: Tell) -> bool:
    """Take over the weights of another run that this network has too, of the same shape.

    Gives whether these are all that it has.
    """
    kept, own = RunFolder(run).load_best(), network.state_dict()
    shared = {
        name: value
        for name, value in kept.items()
        if name in own and own[name].shape == value.shape
    }
    network.load_state_dict(shared, strict=False)
    tell(f"began with {len(shared)} of {len(own)} weights of {run.name}")
    return len(shared) == len(own)
