"""By hand: ``python -m tests.fuzz --mutations 10000 FILE ...``; each batch in its own process."""

from __future__ import annotations

import argparse
import json
import multiprocessing
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from tests.fuzz.campaign import Tally, run_campaign

BATCH = 250


def main() -> int:
    """Run the campaign and print its tally; 1 where anything crashed, hung or was raised."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("seeds", nargs="+", type=Path)
    parser.add_argument("--mutations", type=int, default=1000)
    parser.add_argument("--first", type=int, default=0)
    arguments = parser.parse_args()
    outcomes: Counter[str] = Counter()
    failures: list[str] = []
    start = time.monotonic()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for first in range(arguments.first, arguments.first + arguments.mutations, BATCH):
            count = min(BATCH, arguments.first + arguments.mutations - first)
            tally = _in_own_process(arguments.seeds, folder, first, count)
            outcomes.update(tally.outcomes)
            failures.extend(tally.failures)
            print(f"{sum(outcomes.values())} done, {len(failures)} failures", flush=True)
    print(f"{dict(outcomes)} in {time.monotonic() - start:.0f} s")
    for failure in failures:
        print(failure)
    return 1 if failures else 0


def _in_own_process(seeds: list[Path], folder: Path, first: int, count: int) -> Tally:
    """A batch that ends its process counts as one failure, named by the mutation it was at."""
    spawn = multiprocessing.get_context("spawn")
    process = spawn.Process(target=_batch, args=(seeds, folder, first, count))
    process.start()
    process.join()
    if process.exitcode != 0:
        return Tally(failures=[f"crash or hang at mutation {(folder / 'current').read_text()}"])
    outcomes, failures = json.loads((folder / "tally.json").read_text())
    return Tally(Counter(outcomes), failures)


def _batch(seeds: list[Path], folder: Path, first: int, count: int) -> None:
    tally = run_campaign(seeds, folder, first, count, report=True)
    (folder / "tally.json").write_text(json.dumps([tally.outcomes, tally.failures]))


if __name__ == "__main__":
    sys.exit(main())
