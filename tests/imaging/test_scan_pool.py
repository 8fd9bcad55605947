"""Many files are read by several processes, with the same outcome as by one."""

from __future__ import annotations

import os
import time
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import pytest

from domain.errors import CancelledError
from imaging.scanning import scan_pool
from imaging.scanning.scan_pool import read_records
from imaging.scanning.sources import Source, source_of
from tests.support.dicom_factory import mammogram, save

COUNT = 300


@pytest.fixture(scope="module")
def sources(tmp_path_factory: pytest.TempPathFactory) -> list[Source]:
    folder = tmp_path_factory.mktemp("pool")
    content = save(mammogram(), folder / "0").read_bytes()
    for number in range(1, COUNT):
        (folder / str(number)).write_bytes(content if number % 3 else b"foreign")
    return [source_of(str(folder / str(number))) for number in range(COUNT)]


def read(sources: list[Source], workers: int | None) -> dict[Source, bytes]:
    records = [item for batch in read_records(sources, lambda: False, workers) for item in batch]
    assert len(records) == len(sources)
    return dict(records)


def test_processes_read_what_one_reads(sources: list[Source]) -> None:
    assert read(sources, 2) == read(sources, 0)


def test_few_files_start_no_process(sources: list[Source], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scan_pool, "ProcessPoolExecutor", lambda *_, **__: pytest.fail("started"))
    read(sources, None)


def test_many_files_use_the_spare_cores(
    sources: list[Source], monkeypatch: pytest.MonkeyPatch
) -> None:
    started: list[int] = []

    class Counting(ProcessPoolExecutor):
        def __init__(self, workers: int, *rest: object, **named: object) -> None:
            started.append(workers)
            raise OSError("no semaphores here")

    monkeypatch.setattr(scan_pool, "WORTH_A_POOL", COUNT)
    monkeypatch.setattr(scan_pool, "_spare_cores", lambda: 3)
    monkeypatch.setattr(scan_pool, "ProcessPoolExecutor", Counting)
    assert read(sources, None) == read(sources, 0), "without processes the files are read here"
    assert started == [3]


def die() -> None:
    os._exit(3)


def test_processes_that_die_cost_nothing_but_time(
    sources: list[Source], monkeypatch: pytest.MonkeyPatch
) -> None:
    expected = read(sources, 0)
    monkeypatch.setattr(scan_pool, "_prepare_worker", die)
    monkeypatch.setattr(scan_pool, "_judged", slowly(scan_pool._judged))
    assert read(sources, 1) == expected


def slowly(judged):  # type: ignore[no-untyped-def]
    """Leave the others time to come up, or to fail."""

    def wait(batch):  # type: ignore[no-untyped-def]
        time.sleep(0.3)
        return judged(batch)

    return wait


def test_both_the_processes_and_this_one_read(
    sources: list[Source], monkeypatch: pytest.MonkeyPatch
) -> None:
    here: list[Source] = []
    judged = slowly(scan_pool._judged)
    monkeypatch.setattr(scan_pool, "_judged", lambda batch: here.extend(batch) or judged(batch))
    read(sources, 1)
    assert 0 < len(here) < COUNT


@pytest.mark.parametrize("workers", [0, 1])
def test_reading_stops_when_told(sources: list[Source], workers: int) -> None:
    answers = iter([False, False, True])
    batches = read_records(sources, lambda: next(answers), workers)
    with pytest.raises(CancelledError):
        list(batches)
    assert next(answers, None) is None


def test_a_vanished_file_is_a_passing_fault(tmp_path: Path) -> None:
    source = source_of(str(save(mammogram(), tmp_path / "a")))
    Path(source.ref.path).unlink()
    (record,) = read([source], 0).values()
    assert b'"lasting":false' in record
