"""``python -m training.recipes.deeplima_calc ablation``: Table 3 of the paper by one command."""

from __future__ import annotations

import sys

from training.recipes.ablating import main
from training.recipes.deeplima_calc.ablation import ablation, table
from training.recipes.deeplima_calc.settings import PROFILES

if __name__ == "__main__":
    sys.exit(main("deeplima_calc", tuple(PROFILES), lambda *told: table(ablation(*told))))
