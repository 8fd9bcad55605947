"""By hand: ``python -m tests.fuzz --mutations 10000 FILE ...``; each batch in its own process."""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from tests.fuzz.batches import run_in_own_process

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
            tally = run_in_own_process(arguments.seeds, folder, first, count)
            outcomes.update(tally.outcomes)
            failures.extend(tally.failures)
            print(f"{sum(outcomes.values())} done, {len(failures)} failures", flush=True)
    print(f"{dict(outcomes)} in {time.monotonic() - start:.0f} s")
    for failure in failures:
        print(failure)
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
