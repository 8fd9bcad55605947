"""How often plain filters find the phantom's lesions, and whether its two views agree.

Studies are measured in two processes; what was measured is kept, so that a run can be resumed.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from pathlib import Path

import cv2

from benchmarks.phantom.phantoms import NETWORK_SIZE, fingerprint
from benchmarks.phantom.record import ImageRecord, read_records, record_image, write_records
from phantom.recipe import StudyRecipe
from phantom.studies.generate import generate_study
from training.baselines.blobs import blob_marks
from training.baselines.dots import dot_marks
from training.baselines.shown import shown_phantom
from training.metrics.froc import Mark

FIRST_SEED = 700_000
"""Seeds of the measured studies count from here; the first 40 were looked at while tuning."""

FULL_UNIT = "hologic"
PROCESSES = 2

Measure = Callable[[int], list[ImageRecord]]


def measure_masses(seed: int) -> list[ImageRecord]:
    """One study at 1024x832 with the marks of all blob filters."""
    records = []
    for image in generate_study(StudyRecipe(seed, size=NETWORK_SIZE)):
        view = shown_phantom(image)
        records.append(record_image(seed, image, view, blob_marks(view)))
    return records


def measure_calcifications(seed: int) -> list[ImageRecord]:
    """One study of the unit's full size with the marks of all dot filters."""
    records = []
    for image in generate_study(StudyRecipe(seed, unit=FULL_UNIT)):
        view = shown_phantom(image)
        groups, singles = dot_marks(view)
        marks: dict[str, list[Mark]] = {f"group: {name}": own for name, own in groups.items()}
        marks |= {f"single: {name}": own for name, own in singles.items()}
        records.append(record_image(seed, image, view, marks))
    return records


def measured(folder: Path, measure: Measure, studies: int) -> list[ImageRecord]:
    """Records of so many studies, from the folder where they are already there.

    Results of another code than this are left alone: each code has its own folder inside.
    """
    own = folder / fingerprint() / measure.__name__
    own.mkdir(parents=True, exist_ok=True)
    paths = [own / f"{FIRST_SEED + number}.json" for number in range(studies)]
    missing = [path for path in paths if not path.exists()]
    for line in _measure_all(missing, measure):
        print(line, flush=True)
    return [record for path in paths for record in read_records(path)]


def _measure_all(paths: Sequence[Path], measure: Measure) -> Iterator[str]:
    start = time.perf_counter()
    with ProcessPoolExecutor(PROCESSES) as pool:
        futures = [pool.submit(_measure_one, path, measure) for path in paths]
        for done, future in enumerate(as_completed(futures), start=1):
            future.result()
            left = (time.perf_counter() - start) / done * (len(paths) - done) / 60
            if done % 10 == 0 or done == len(paths):
                yield f"{measure.__name__}: {done} of {len(paths)} studies, {left:.1f} min left"


def _measure_one(path: Path, measure: Measure) -> None:
    cv2.setNumThreads(1)  # the processes themselves fill the cores
    write_records(path, measure(int(path.stem)))
