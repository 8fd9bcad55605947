"""Header scans: files a second against a loop of pydicom, by number of files, and the second scan.

The files have headers as long as real ones (160 elements, ten sequences, private ones; the three
real files at hand have 131 to 183) and next to no pixels. UIDs, patient, time, window, dose,
thickness and magnification change from file to file as they do in reality. Files of other sorts
lie between them.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from random import Random
from statistics import median

import numpy as np
from pydicom import dcmread
from pydicom.errors import InvalidDicomError
from pydicom.uid import ExplicitVRLittleEndian

from benchmarks.long_header import lengthen
from benchmarks.row import Row
from imaging.scanning.header_index import HeaderIndex
from imaging.scanning.scan import scan
from tests.support.dicom_factory import mammogram, save

_ROUNDS = {100: 9, 1_000: 5, 10_000: 1, 100_000: 1}
"""By number of files: small folders are quickly read, but hard to time."""
_TARGET_COUNT, _TARGET_ROUNDS = 10_000, 3
_TARGET_RATIO = 1.5
_SECOND_SCAN_LIMIT = 2.0
_SAMPLE = 10_000
_FOREIGN_EVERY = 5
_VIEWS = (("R", "CC"), ("L", "CC"), ("R", "MLO"), ("L", "MLO"))
_STUDY, _IMAGE = "1.2.826.0.1.3680043.8.498.10000000", "1.2.826.0.1.3680043.8.498.20000000"
# What the template holds, and what stands there in the file of a number; of the same length.
_CHANGING: dict[bytes, Callable[[int], str]] = {
    _IMAGE.encode(): lambda number: f"{_IMAGE[:-8]}{20_000_000 + number}",
    _STUDY.encode(): lambda number: f"{_STUDY[:-8]}{10_000_000 + number // 4}",
    b"PATIENT000000": lambda number: f"PATIENT{number // 4:06d}",
    b"101600.123456": lambda number: f"101600.{number:06d}",
    b"2047.125": lambda number: f"{1500 + number % 997}.125",
    b"4095.125": lambda number: f"{2000 + number % 1999}.125",
    b"1.012345": lambda number: f"{1 + number % 60 / 1000:.6f}",
    b"71.125": lambda number: f"{30 + number % 69}.125",
    b"53.125": lambda number: f"{30 + number % 59}.125",
}
_REFERENCE = "dcmread(stop_before_pixels=True) in a loop over the same files"


def rows() -> list[Row]:
    """Measure; about two minutes on two cores."""
    with tempfile.TemporaryDirectory(prefix="fourview-bench-") as name:
        base = Path(name)
        growth = [_growth(base, count, rounds) for count, rounds in _ROUNDS.items()]
        return [*growth, *_goals(base)]


def _growth(base: Path, count: int, rounds: int) -> Row:
    folder = base / str(count)
    _fill(folder, count, foreign_every=_FOREIGN_EVERY)
    name = f"header scan, {count} files, one in {_FOREIGN_EVERY} foreign"
    return Row(name, *_rates(folder, base / "cache", rounds), _REFERENCE, "files/s")


def _goals(base: Path) -> tuple[Row, Row]:
    folder, cache = base / "mammograms", base / "cache"
    _fill(folder, _TARGET_COUNT, foreign_every=0)
    name = f"header scan, {_TARGET_COUNT} mammograms, empty index"
    rates = _rates(folder, cache, _TARGET_ROUNDS)
    first = Row(name, *rates, _REFERENCE, "files/s", _TARGET_RATIO, at_least=True)
    again = median(_seconds(lambda: _scan(folder, cache)) for _ in range(_TARGET_ROUNDS))
    name = f"second scan, {_TARGET_COUNT} unchanged files"
    return first, Row(name, again, _SECOND_SCAN_LIMIT, "the limit set for it", "s", 1.0)


def _rates(folder: Path, cache: Path, rounds: int) -> tuple[float, float]:
    """Median files a second of ours with an empty index, and of the reference, run in turn."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    sample = Random(0).sample(files, min(len(files), _SAMPLE))
    _read_all(sample[:100])
    ours: list[float] = []
    reference: list[float] = []
    for _ in range(rounds):
        HeaderIndex(cache).forget()
        ours.append(len(files) / _seconds(lambda: _scan(folder, cache)))
        reference.append(len(sample) / _seconds(lambda: _read_all(sample)))
    return median(ours), median(reference)


def _scan(folder: Path, cache: Path) -> None:
    scan(folder, index=HeaderIndex(cache))


def _seconds(run: Callable[[], object]) -> float:
    start = time.perf_counter()
    run()
    return time.perf_counter() - start


def _read_all(files: Iterable[Path]) -> None:
    for path in files:
        try:
            dcmread(path, stop_before_pixels=True)
        except InvalidDicomError:
            continue


def _fill(folder: Path, count: int, foreign_every: int) -> None:
    """Studies of four views, 100 studies a folder; every file has its own UIDs."""
    templates = [_template(folder, *view) for view in _VIEWS]
    for number in range(count):
        study, view = divmod(number, len(_VIEWS))
        below = folder / f"{study // 100:04d}"
        if number % (100 * len(_VIEWS)) == 0:
            below.mkdir(parents=True, exist_ok=True)
        if foreign_every and number % foreign_every == 0:
            (below / f"{number:06d}.txt").write_bytes(b"No image, but a letter. " * 400)
            continue
        own = templates[view]
        for written, change in _CHANGING.items():
            own = own.replace(written, change(number).encode())
        (below / f"{number:06d}.dcm").write_bytes(own)


def _template(folder: Path, laterality: str, view: str) -> bytes:
    ds = mammogram(laterality, view, np.zeros((32, 32), np.uint16), study_uid=_STUDY)
    lengthen(ds)
    ds.SOPInstanceUID, ds.PatientID, ds.AcquisitionTime = _IMAGE, "PATIENT000000", "101600.123456"
    ds.WindowCenter, ds.WindowWidth = "2047.125", "4095.125"
    ds.EstimatedRadiographicMagnificationFactor = "1.012345"
    ds.BodyPartThickness, ds.CompressionForce = "53.125", "71.125"
    folder.mkdir(parents=True, exist_ok=True)
    path = save(ds, folder / "template.dcm", ExplicitVRLittleEndian)
    content = path.read_bytes()
    path.unlink()
    return content
