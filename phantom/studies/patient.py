"""A synthetic patient: both breasts, what is wrong with them and what only looks so."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from domain.laterality import Laterality
from phantom.anatomy.breast import Breast, draw_breast, draw_density
from phantom.decoys.decoy import Decoy
from phantom.decoys.plan import plan_decoys
from phantom.lesions.growth import DAYS_PER_YEAR, at_exam, interval_days, without_prior
from phantom.lesions.lesion import Lesion
from phantom.lesions.plan import plan_lesions
from phantom.recipe import Composition, Content, StudyRecipe
from phantom.space.streams import stream

BREASTS = (Laterality.RIGHT, Laterality.LEFT)


@dataclass(frozen=True)
class SyntheticPatient:
    """All that views are drawn from. oblique_degrees: of the beam in this patient's MLO views."""

    seed: int
    density: Composition
    oblique_degrees: float
    breasts: Mapping[Laterality, Breast]
    lesions: tuple[Lesion, ...]
    decoys: tuple[Decoy, ...]
    implant: bool


def draw_patient(recipe: StudyRecipe) -> SyntheticPatient:
    """The patient of a recipe as she was at the recipe's exam."""
    density = recipe.density or _density(recipe)
    breasts = {side: draw_breast(recipe.seed, side, density) for side in BREASTS}
    lesions = plan_lesions(recipe.seed, recipe.content, density, breasts)
    decoys = (
        ()
        if recipe.content is Content.DEMO
        else tuple(
            decoy for side in BREASTS for decoy in plan_decoys(recipe.seed, side, breasts[side])
        )
    )
    return SyntheticPatient(
        seed=recipe.seed,
        density=density,
        oblique_degrees=float(stream(recipe.seed, "oblique").uniform(43, 56)),
        breasts=breasts,
        lesions=_at_exam(lesions, recipe),
        decoys=decoys,
        implant=recipe.implant,
    )


def _at_exam(lesions: tuple[Lesion, ...], recipe: StudyRecipe) -> tuple[Lesion, ...]:
    """The lesions as they were, and as a reader with or without older exams describes them."""
    if recipe.exam == 0:
        return lesions if recipe.priors else without_prior(lesions)
    years = interval_days(recipe.seed, recipe.exam) / recipe.exam / DAYS_PER_YEAR
    return at_exam(lesions, recipe.exam, years)


def _density(recipe: StudyRecipe) -> Composition:
    """A demonstration wants lesions that are plain to see; all others what screening sees."""
    return Composition.B if recipe.content is Content.DEMO else draw_density(recipe.seed)
