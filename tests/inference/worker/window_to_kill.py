"""A window that hands one study in, says its worker's number and waits to be killed."""

from __future__ import annotations

import sys
import time
from pathlib import Path

from inference.packages.package import open_package
from inference.pipeline.reader import ReaderPackages
from inference.worker.warden import Patience
from tests.inference.worker.bench import Bench
from tests.support.small_networks import write_package


def main() -> None:
    folder, deed = Path(sys.argv[1]), sys.argv[2]
    reader = ReaderPackages((open_package(write_package(folder / "package")),))
    bench = Bench(folder, reader, patience=Patience(silence=60, stuck=60), deaf=3.0)
    bench.submit(deed)
    bench.until(lambda: bench.log)
    time.sleep(0.3)
    sys.stdout.write(f"{bench.supervisor.pid}\n")
    sys.stdout.flush()
    time.sleep(60)


if __name__ == "__main__":
    main()
