"""Runs a batch of mutations in a process of its own, so that a crash costs the batch alone."""

from __future__ import annotations

import json
import multiprocessing
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from tests.fuzz.campaign import Tally, run_campaign


def run_in_own_process(seeds: Sequence[Path], folder: Path, first: int, count: int) -> Tally:
    """A batch that ends its process counts as one failure, named by the mutation it was at."""
    spawn = multiprocessing.get_context("spawn")
    process = spawn.Process(target=_batch, args=(seeds, folder, first, count))
    process.start()
    process.join()
    if process.exitcode != 0:
        return Tally(failures=[f"crash or hang at mutation {(folder / 'current').read_text()}"])
    outcomes, failures = json.loads((folder / "tally.json").read_text())
    return Tally(Counter(outcomes), failures)


def _batch(seeds: Sequence[Path], folder: Path, first: int, count: int) -> None:
    tally = run_campaign(seeds, folder, first, count, report=True)
    (folder / "tally.json").write_text(json.dumps([tally.outcomes, tally.failures]))
