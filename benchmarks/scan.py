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

import numpy as np
from pydicom import dcmread
from pydicom.errors import InvalidDicomError
from pydicom.uid import ExplicitVRLittleEndian

from benchmarks.long_header import lengthen
from benchmarks.row import Row
from imaging.scanning.header_index import HeaderIndex
from imaging.scanning.scan import scan
from tests.support.dicom_factory import mammogram, save

COUNTS = (100, 1_000, 10_000, 100_000)
_TARGET_COUNT = 10_000
_TARGET_RATIO = 1.5
_SECOND_SCAN_LIMIT = 2.0
_SAMPLE = 4_000
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
        measured = [_growth(base, count) for count in COUNTS]
        folder = base / "mammograms"
        _fill(folder, _TARGET_COUNT, foreign_every=0)
        cold, warm = _cold_and_warm(folder, HeaderIndex(base / "cache"))
        ours = _TARGET_COUNT / cold
        reference = _reference_rate(folder)
        target = Row(
            f"header scan, {_TARGET_COUNT} mammograms, empty index",
            ours,
            reference,
            _REFERENCE,
            "files/s",
            _TARGET_RATIO,
            at_least=True,
        )
        second = Row(
            f"second scan, {_TARGET_COUNT} unchanged files",
            warm,
            _SECOND_SCAN_LIMIT,
            "the limit set for it",
            "s",
            1.0,
        )
    return [*measured, target, second]


def _growth(base: Path, count: int) -> Row:
    folder = base / str(count)
    _fill(folder, count, foreign_every=_FOREIGN_EVERY)
    taken, _ = _cold_and_warm(folder, HeaderIndex(base / f"cache-{count}"), again=False)
    name = f"header scan, {count} files, one in {_FOREIGN_EVERY} foreign"
    return Row(name, count / taken, _reference_rate(folder), _REFERENCE, "files/s")


def _cold_and_warm(folder: Path, index: HeaderIndex, again: bool = True) -> tuple[float, float]:
    """Seconds of a scan with an empty index, and of the next one."""
    first = _seconds(lambda: scan(folder, index=index))
    return first, _seconds(lambda: scan(folder, index=index)) if again else 0.0


def _seconds(run: Callable[[], object]) -> float:
    start = time.perf_counter()
    run()
    return time.perf_counter() - start


def _reference_rate(folder: Path) -> float:
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    sample = files[:: max(1, len(files) // _SAMPLE)]
    return len(sample) / _seconds(lambda: _read_all(sample))


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
