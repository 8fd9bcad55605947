"""``python -m training.recipes.contours ablation`` and ``measure``.

The paper's Table 4, and a package from boxes that are off and from clicks.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from domain.errors import FourviewError
from inference.packages.package import open_package
from training.data.sources import open_source
from training.recipes import ablating
from training.recipes.contours.comparing import comparison
from training.recipes.contours.measuring import WAYS, figures, measure
from training.recipes.contours.recipe import samples
from training.recipes.contours.settings import COMPARED
from training.recipes.recipe import Part


def main(arguments: Sequence[str]) -> int:
    """Run one command; 2 on bad input."""
    if not arguments or arguments[0] != "measure":
        return ablating.main("contours", tuple(COMPARED), comparison, arguments)
    parser = argparse.ArgumentParser(prog="python -m training.recipes.contours measure")
    parser.add_argument("package", type=Path, help="a folder")
    parser.add_argument("--data", required=True, help="as of fourview train; what is there by now")
    parser.add_argument("--cache", type=Path, default=ablating.CACHE, help="where phantoms are")
    parser.add_argument("--threads", type=int, default=1, help="of the runtime")
    chosen = parser.parse_args(arguments[1:])
    try:
        _measure(chosen)
    except FourviewError as error:
        print(error, file=sys.stderr)  # noqa: T201 - the command line's own words
        return 2
    return 0


def _measure(chosen: argparse.Namespace) -> None:
    data = open_source(chosen.data, chosen.cache)
    part = Part(data, tuple(data.infos()))
    found = figures(measure(open_package(chosen.package), samples([part]), chosen.threads))
    print("| asked by | masses | Dice | median | outlined | circularity follows | solidity |")  # noqa: T201
    print("|---" * 7 + "|")  # noqa: T201
    for way in WAYS:
        one = found[way]
        told = f"| {way} | {one.masses} | {one.overlap} | {one.median:.3f} | {one.found:.0%} |"
        shapes = f" {one.shapes.circularity:.2f} | {one.shapes.solidity:.2f} |"
        print(told + shapes, flush=True)  # noqa: T201 - the command line's own words


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
