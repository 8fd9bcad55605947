"""``python -m training.recipes.NAME ablation``: a paper's table of variants by one command."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from domain.errors import FourviewError
from inference.packages.package import open_package
from inference.systems.system import Runner
from training.data.sources import open_source
from training.evaluation.detection import Detection, measure
from training.evaluation.reading import marker, open_runner, read_images
from training.evaluation.truths import Task
from training.recipes.recipe import Part, Tell, TrainRequest
from training.recipes.requests import divided

CACHE = Path("out/train/data")

Ablation = Callable[[TrainRequest, Sequence[Part], Runner, Tell], str]
"""Trains and measures each variant, tells its table as it grows, and gives the whole one."""


@dataclass(frozen=True)
class Row:
    """One variant's figures."""

    name: str
    found: Detection


@dataclass(frozen=True)
class Trial:
    """What all variants are measured by: a task on images that nothing is chosen on."""

    task: Task
    test: Sequence[Part]
    run: Runner
    rounds: int

    def row(self, name: str, package: Path) -> Row:
        """Measure one variant's package."""
        marks = marker(open_package(package), self.run)
        images = [one for part in self.test for one in read_images(marks, part.data, part.infos)]
        return Row(name, measure(self.task, images, self.rounds))


def recall_table(
    rows: Sequence[Row],
    task: Task,
    heads: tuple[str, Sequence[str]],
    others: Callable[[Row], Sequence[str]],
) -> str:
    """Markdown: recall at each rate with its interval, then other cells of a row.

    heads: of the names, and of the other cells.
    """
    first, last = heads
    titles = (first, *(f"at {rate:g}" for rate in task.rates), *last)
    lines = [f"| {' | '.join(titles)} |", "|---" * len(titles) + "|"]
    for row in rows:
        recalls = [row.found.recalls[rate] for rate in task.rates]
        cells = [f"{one.value:.2f} ({one.low:.2f} to {one.high:.2f})" for one in recalls]
        lines.append(f"| {' | '.join((row.name, *cells, *others(row)))} |")
    return "\n".join(lines)


def main(
    name: str, profiles: Sequence[str], ablation: Ablation, arguments: Sequence[str] | None = None
) -> int:
    """Run a recipe's ablation; 2 on bad input. name: of the recipe's package."""
    chosen = _parser(name, profiles).parse_args(arguments)
    try:
        _run(chosen, ablation)
    except FourviewError as error:
        print(error, file=sys.stderr)  # noqa: T201 - the command line's own words
        return 2
    return 0


def _parser(name: str, profiles: Sequence[str]) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog=f"python -m training.recipes.{name}")
    parser.add_argument("command", choices=("ablation",))
    parser.add_argument("--data", action="append", required=True, help="as of fourview train")
    parser.add_argument("--test", action="append", default=[], help="else the validation images")
    parser.add_argument("--out", type=Path, required=True, help="for the runs")
    parser.add_argument("--profile", choices=tuple(profiles), default=profiles[0])
    parser.add_argument("--steps", type=int, default=500, help="of each run")
    parser.add_argument("--threads", type=int, default=1, help="of torch")
    parser.add_argument("--cache", type=Path, default=CACHE, help="where phantoms are kept")
    return parser


def _run(chosen: argparse.Namespace, ablation: Ablation) -> None:
    chosen.out.mkdir(parents=True, exist_ok=True)
    parts = divided(chosen.data, chosen.out, chosen.cache, chosen.threads, _say)
    request = TrainRequest(
        parts.train, parts.valid, chosen.out, chosen.profile, chosen.threads, chosen.steps
    )
    sets = [open_source(one, chosen.cache) for one in chosen.test]
    test = [Part(one, tuple(one.infos())) for one in sets] or list(parts.valid)
    _say(ablation(request, test, open_runner("cpu"), _say))


def _say(line: str) -> None:
    print(line, flush=True)  # noqa: T201 - the command line's own words
