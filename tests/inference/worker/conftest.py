"""Benches that are cleaned up, and a real package."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from inference.packages.package import open_package
from inference.pipeline.reader import ReaderPackages
from tests.inference.worker.bench import Bench
from tests.support.small_networks import write_package


@pytest.fixture(scope="session")
def reader(tmp_path_factory: pytest.TempPathFactory) -> ReaderPackages:
    folder = tmp_path_factory.mktemp("packages") / "bright-cells"
    return ReaderPackages((open_package(write_package(folder)),))


@pytest.fixture
def make_bench(tmp_path: Path, reader: ReaderPackages) -> Iterator[Callable[..., Bench]]:
    made: list[Bench] = []

    def make(**settings: Any) -> Bench:
        made.append(Bench(tmp_path, reader, **settings))
        return made[-1]

    yield make
    for bench in made:
        bench.supervisor.close()
    # Whatever a test does: no file stays behind.
    assert [one.name for one in tmp_path.glob("cache/window-*")] == []


@pytest.fixture
def bench(make_bench: Callable[..., Bench]) -> Bench:
    return make_bench()
