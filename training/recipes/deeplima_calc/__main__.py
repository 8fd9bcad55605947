"""``python -m training.recipes.deeplima_calc ablation``: Table 3 of the paper by one command."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from domain.errors import FourviewError
from training.data.sources import open_source
from training.evaluation.reading import open_runner
from training.recipes.deeplima_calc.ablation import ablation, table
from training.recipes.deeplima_calc.settings import PROFILES
from training.recipes.recipe import Part, TrainRequest
from training.recipes.requests import divided

CACHE = Path("out/train/data")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the ablation; 2 on bad input."""
    chosen = _parser().parse_args(arguments)
    try:
        _run(chosen)
    except FourviewError as error:
        print(error, file=sys.stderr)  # noqa: T201 - the command line's own words
        return 2
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m training.recipes.deeplima_calc")
    parser.add_argument("command", choices=("ablation",))
    parser.add_argument("--data", action="append", required=True, help="as of fourview train")
    parser.add_argument("--test", action="append", default=[], help="else the validation images")
    parser.add_argument("--out", type=Path, required=True, help="for three runs")
    parser.add_argument("--profile", choices=tuple(PROFILES), default="small")
    parser.add_argument("--steps", type=int, default=500, help="of each run")
    parser.add_argument("--threads", type=int, default=1, help="of torch")
    parser.add_argument("--cache", type=Path, default=CACHE, help="where phantoms are kept")
    return parser


def _run(chosen: argparse.Namespace) -> None:
    chosen.out.mkdir(parents=True, exist_ok=True)
    parts = divided(chosen.data, chosen.out, chosen.cache, chosen.threads, _say)
    request = TrainRequest(
        parts.train, parts.valid, chosen.out, chosen.profile, chosen.threads, chosen.steps
    )
    sets = [open_source(one, chosen.cache) for one in chosen.test]
    test = [Part(one, tuple(one.infos())) for one in sets] or list(parts.valid)
    _say(table(ablation(request, test, open_runner("cpu"), _say)))


def _say(line: str) -> None:
    print(line, flush=True)  # noqa: T201 - the command line's own words


if __name__ == "__main__":
    sys.exit(main())
