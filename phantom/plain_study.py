"""Writes a four-view study of plain breast shapes as DICOM: ``python -m phantom.plain_study DIR``.

Shows that the program works where there is no mammogram at hand; no lesions, no likeness.
"""

from __future__ import annotations

import argparse
from datetime import date, datetime
from pathlib import Path

from domain.geometry import ImageSize
from domain.laterality import Laterality
from domain.study import Patient
from domain.view_position import ViewPosition
from imaging.writing.writer import write_mammogram
from imaging.writing.writer_header import Device, Identifiers, MammogramHeader, Window
from phantom.plain_breast import PlainBreast, draw_plain_breast

FULL_SIZE = ImageSize(rows=2294, columns=1914)
FIELD_MM = 240.0
"""Height of the imaged field."""

_ROOT = "1.2.826.0.1.3680043.8.498.17002026"
_PATIENT = Patient(patient_id="PLAIN", name="Plain^Shapes", birth_date=date(1970, 1, 1), sex="F")
_VIEWS = (
    (Laterality.RIGHT, ViewPosition.CC),
    (Laterality.LEFT, ViewPosition.CC),
    (Laterality.RIGHT, ViewPosition.MLO),
    (Laterality.LEFT, ViewPosition.MLO),
)


def write_plain_study(folder: Path, *, seed: int = 0, size: ImageSize = FULL_SIZE) -> None:
    """Write RCC, LCC, RMLO and LMLO into a folder, made if missing; same seed, same files.

    Raises UnreadableFileError where the folder can't be written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    for number, (laterality, position) in enumerate(_VIEWS, start=1):
        tissue_seed = 2 * seed + (laterality is Laterality.LEFT)
        breast = PlainBreast(laterality, position.family, size, tissue_seed)
        header = _header(laterality, position, number, seed, size)
        name = f"{laterality.value}{position.value}.dcm"
        write_mammogram(folder / name, draw_plain_breast(breast), header)


def _header(
    laterality: Laterality, position: ViewPosition, number: int, seed: int, size: ImageSize
) -> MammogramHeader:
    spacing = FIELD_MM / size.rows
    return MammogramHeader(
        laterality=laterality,
        position=position,
        patient=_PATIENT,
        ids=Identifiers(
            study_uid=f"{_ROOT}.{seed}",
            series_uid=f"{_ROOT}.{seed}.1",
            sop_uid=f"{_ROOT}.{seed}.1.{number}",
            instance_number=number,
            study_description="Plain breast shapes",
        ),
        device=Device(model="plain shapes"),
        spacing_mm=(spacing, spacing),
        windows=(Window(1700, 3000, "NORMAL"),),
        acquired=datetime(2026, 1, 2, 10, number),  # noqa: DTZ001 - DICOM times are local
    )


def main() -> None:
    """Write the study into the folder given on the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--seed", type=int, default=0)
    arguments = parser.parse_args()
    write_plain_study(arguments.folder, seed=arguments.seed)


if __name__ == "__main__":
    main()
