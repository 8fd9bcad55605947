"""Recipes by the names that the command line uses."""

from __future__ import annotations

from collections.abc import Mapping

from domain.errors import BadInputError
from training.recipes.birads.recipe import BiradsTraining
from training.recipes.contours.recipe import ContourTraining
from training.recipes.deeplima_calc.recipe import CalcRecipe
from training.recipes.deeplima_mass.recipe import MassRecipe
from training.recipes.recipe import Recipe

RECIPES: Mapping[str, Recipe] = {
    one.name: one for one in (MassRecipe(), CalcRecipe(), ContourTraining(), BiradsTraining())
}


def find_recipe(name: str) -> Recipe:
    """The recipe of a name. Raises BadInputError where there is none."""
    if name not in RECIPES:
        raise BadInputError(
            f"no recipe is called {name!r}", remedy=f"Choose one of {', '.join(sorted(RECIPES))}"
        )
    return RECIPES[name]
