"""``python -m training.recipes.deeplima_mass ablation``: Table 1 of the paper by one command."""

from __future__ import annotations

import sys

from training.recipes.ablating import main
from training.recipes.deeplima_mass.ablation import ablation, table
from training.recipes.deeplima_mass.settings import PROFILES

if __name__ == "__main__":
    sys.exit(main("deeplima_mass", tuple(PROFILES), lambda *told: table(ablation(*told))))
