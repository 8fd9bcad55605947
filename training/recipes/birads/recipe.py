"""``fourview train birads``."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from domain.errors import BadInputError
from inference.packages.registry import builtin_folder
from inference.systems.classify_calibration import Calibration
from inference.systems.classify_outputs import COMPOSITION_FILE
from training.data.combining import members
from training.data.sample import DataSet, Sample, SampleInfo
from training.group import join_group
from training.recipes.birads.commands import composition, export, train
from training.recipes.birads.composition import SCHEDULE
from training.recipes.birads.packaging import training_told, write_package
from training.recipes.birads.settings import CONTOURS, SIZES, BiradsRecipe, Given
from training.recipes.recipe import Part, Tell, TrainRequest
from training.recipes.running import of_steps, profile_of
from training.run_folder import RunFolder

SHIPPING = "shipping.json"
"""In a run folder: what a package says that follows from the data it was trained with."""


class BiradsTraining:
    """Malignancy, BI-RADS and descriptors of findings, and the composition where it is known."""

    name = "birads"
    profiles = tuple(SIZES)

    def train(self, request: TrainRequest, tell: Tell) -> None:
        """As ``Recipe.train``. Weights of parts don't count: each finding is drawn alike."""
        recipe = recipe_of(request)
        train(recipe, request.threads, tell, request.start)
        if not join_group().leads:
            return
        try:
            composition(recipe, request.threads, tell, of_steps(SCHEDULE, request.steps))
        except BadInputError as error:
            tell(f"the package will tell no composition: {error}")
        calibration, prevalence = export(recipe, tell)
        composes = (recipe.run_folder / COMPOSITION_FILE).exists()
        kept = {
            "prevalence": prevalence,
            "calibration": calibration.settings(),
            "training": training_told(recipe, prevalence, composes=composes),
        }
        text = json.dumps(kept, indent=1)
        (recipe.run_folder / SHIPPING).write_text(text + "\n", encoding="utf-8")

    def package(self, run: Path, target: Path, tell: Tell) -> Path:
        """As ``Recipe.package``; what the run's data said of calibration is in its folder."""
        path = run / SHIPPING
        if not path.exists():
            raise BadInputError(
                "this run has not come to its end",
                where=str(path),
                remedy="Give the same fourview train command again",
            )
        kept = json.loads(path.read_text(encoding="utf-8"))
        config = RunFolder(run).config()
        recipe = BiradsRecipe(
            profile=config["profile"],
            birads=config["birads"],
            contours=_contours(),
            given=Given((), (), run),
        )
        written = write_package(
            recipe,
            target,
            Calibration.of(kept["calibration"]),
            kept["prevalence"],
            None,
            training=kept["training"],
        )
        tell(f"written: {written}; measure it with fourview evaluate {written} --data ...")
        return written


@dataclass(frozen=True)
class Picked:
    """The images of a set that belong to one part of it."""

    data: DataSet
    chosen: tuple[SampleInfo, ...]

    @property
    def name(self) -> str:
        """The whole set's."""
        return self.data.name

    def infos(self) -> Sequence[SampleInfo]:
        """Those that were picked."""
        return self.chosen

    def open(self, info: SampleInfo) -> Sample:
        """Read one image."""
        return self.data.open(info)


def recipe_of(request: TrainRequest) -> BiradsRecipe:
    """With the request's profile, steps and data. Raises BadInputError for an unknown profile."""
    profile_of(SIZES, request.profile)
    given = Given(_sets(request.train), _sets(request.valid), request.out)
    recipe = BiradsRecipe(
        folder=request.out.parent, profile=request.profile, contours=_contours(), given=given
    )
    return replace(recipe, schedule=of_steps(recipe.schedule, request.steps))


def _sets(parts: Sequence[Part]) -> tuple[DataSet, ...]:
    """A part that is a whole set stands for itself: what is known of phantoms stays known."""
    return tuple(
        one.data
        if len(members(one.data)) == 1 and len(one.infos) == len(one.data.infos())
        else Picked(one.data, one.infos)
        for one in parts
        if one.infos
    )


def _contours() -> Path:
    """The package that outlines: the one that comes with Fourview."""
    return builtin_folder() / CONTOURS.name
