"""What a synthetic mammogram's header says: identifiers, patient, dates, technique and grey scale.

Everything follows from the seed and from what was asked, so that the same study has the same
UIDs and another study never shares one.
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

import numpy as np

from domain.study import Patient, Technique
from imaging.writing.writer_header import Identifiers, MammogramHeader, VoiLut, Window
from imaging.writing.writer_pixels import Pixels
from phantom.detector.unit import Unit
from phantom.lesions.growth import interval_days
from phantom.recipe import GENERATOR_VERSION, Composition, Exposure, StudyRecipe
from phantom.space.streams import stream
from phantom.studies.image import SyntheticImage
from phantom.studies.options import DemoOptions

UID_ROOT = "1.2.826.0.1.3680043.8.498.17002026"
MOST_SEED = 2**31 - 1
"""Largest seed whose UIDs stay within 64 characters (PS3.5 9.1)."""

_FLAT, _STACKS, _FRAMES = 1, 2, 3  # series of an exam; the third numbers frames of reference
_FIRST_DAY = date(2025, 1, 6)
_TARGETS: dict[str, tuple[str, str]] = {
    "ge": ("RHODIUM", "RHODIUM"),
    "philips": ("TUNGSTEN", "ALUMINUM"),
    "planmed": ("TUNGSTEN", "SILVER"),
}
_DENSER = {Composition.A: 0.8, Composition.B: 1.0, Composition.C: 1.2, Composition.D: 1.4}


@dataclass(frozen=True)
class Exam:
    """What all images of one exam say alike. exam: 0 the current one, 1 the newest prior."""

    seed: int
    exam: int
    study_uid: str
    patient: Patient
    started: datetime


def exam_of(recipe: StudyRecipe, asked: str) -> Exam:
    """The exam of a recipe. asked: everything that was asked for, as ``asked_for`` tells it."""
    random = stream(recipe.seed, "headers", "patient")
    age, days, minutes = (int(random.integers(*span)) for span in ((46, 74), (0, 350), (0, 420)))
    current = _workday(_FIRST_DAY + timedelta(days=days))
    born = current - timedelta(days=round(365.25 * age) + int(random.integers(0, 365)))
    day = _workday(current - timedelta(days=interval_days(recipe.seed, recipe.exam)))
    patient = Patient(
        patient_id=f"SYN-{recipe.seed}",
        name=f"Synthetic^Demo {recipe.seed:04d}",
        birth_date=born,
        sex="F",
    )
    digest = zlib.crc32(asked.encode()) % 1_000_000
    return Exam(
        seed=recipe.seed,
        exam=recipe.exam,
        study_uid=f"{UID_ROOT}.{GENERATOR_VERSION}.{recipe.seed}.{digest}.{recipe.exam}",
        patient=patient,
        started=datetime.combine(day, time(8)) + timedelta(minutes=minutes),
    )


def asked_for(recipe: StudyRecipe, options: DemoOptions) -> str:
    """The recipe and the options in words; alike exactly where both are."""
    shots = [view_name(exposure) for exposure in recipe.exposures]
    density = recipe.density.value if recipe.density else "drawn"
    size = recipe.size.shape if recipe.size else "full"
    words = (recipe.content.value, density, shots, recipe.unit, size, recipe.exam, recipe.implant)
    return " ".join(str(word) for word in (*words, recipe.priors, options))


def view_name(exposure: Exposure) -> str:
    """Laterality, view and modifiers as file names have them: ``RCC``, ``LMLO-ID``."""
    modifiers = sorted(modifier.value for modifier in exposure.modifiers)
    return "-".join([f"{exposure.laterality.value}{exposure.position.value}", *modifiers])


def header_of(
    image: SyntheticImage, exam: Exam, number: int, *, implant: bool, stack: bool = False
) -> MammogramHeader:
    """The header of one image as its unit stores it.

    number: from 1, unique among the exam's flat images, or among its stacks. A stack's spacing is
    that of the breast's plane, a flat image's that of the detector.
    """
    unit, exposure = image.unit, image.exposure
    spacing = image.pixel_mm if stack else image.spacing_mm
    series = _STACKS if stack else _FLAT
    return MammogramHeader(
        laterality=exposure.laterality,
        position=exposure.position,
        modifiers=exposure.modifiers,
        patient=exam.patient,
        ids=Identifiers(
            study_uid=exam.study_uid,
            series_uid=f"{exam.study_uid}.{series}",
            sop_uid=f"{exam.study_uid}.{series}.{number}",
            frame_of_reference_uid=f"{exam.study_uid}.{_FRAMES}.{number}" if stack else "",
            study_id=f"SYN{exam.seed}",
            accession=f"SYN{exam.seed}E{exam.exam}",
            series_number=series,
            instance_number=number,
            study_description="Synthetic mammogram, no patient",
            series_description="Synthetic stack" if stack else "Synthetic views",
        ),
        device=unit.device,
        technique=_technique(image, exam),
        spacing_mm=(spacing, spacing),
        magnification=unit.magnification,
        bits_stored=unit.bits,
        windows=unit.windows,
        luts=unit.luts,
        padding=unit.padding,
        acquired=exam.started + timedelta(seconds=75 * (number - 1) + (20 if stack else 0)),
        implant=implant,
    )


def narrowed(
    pixels: Pixels, header: MammogramHeader, unit: Unit, bits: int
) -> tuple[Pixels, MammogramHeader]:
    """The same picture in fewer bits, for transfer syntaxes that hold no more.

    pixels: (rows, columns) or (slices, rows, columns). What the unit uses of its range fills the
    new one, and windows go along; tables and padding are dropped.
    """
    if bits >= unit.bits:
        return pixels, header
    most = (1 << unit.bits) - 1
    top = min(most, round(unit.black + 1.2 * (unit.white - unit.black)))  # as Unit.stored clips
    scale = ((1 << bits) - 1) / (top - unit.black)
    table = np.clip((np.arange(most + 1) - unit.black) * scale, 0, (1 << bits) - 1)
    rounded = np.rint(table)
    fewer = rounded.astype(np.uint8)[pixels] if bits <= 8 else rounded.astype(np.uint16)[pixels]
    windows = tuple(
        Window(
            (window.centre - 0.5 - unit.black) * scale + 0.5,
            (window.width - 1) * scale + 1,
            window.explanation,
        )
        for window in header.windows
    )
    return fewer, replace(header, bits_stored=bits, windows=windows, luts=(), padding=None)


def inverted(pixels: Pixels, header: MammogramHeader) -> tuple[Pixels, MammogramHeader]:
    """The same picture as MONOCHROME1: low stored values are bright."""
    most = (1 << header.bits_stored) - 1
    windows = tuple(
        replace(window, centre=most + 1 - window.centre)  # LINEAR is centred half a value off
        for window in header.windows
    )
    luts = tuple(_inverted_table(lut, most) for lut in header.luts)
    padding = None if header.padding is None else most - header.padding
    flipped = np.subtract(most, pixels, dtype=pixels.dtype)
    return flipped, replace(header, inverted=True, windows=windows, luts=luts, padding=padding)


def _inverted_table(lut: VoiLut, most: int) -> VoiLut:
    """Entries for the inverted values; the output is inverted once more when it is shown."""
    brightest = (1 << lut.bits) - 1
    entries = tuple(brightest - entry for entry in reversed(lut.entries))
    return replace(lut, first=most - (lut.first + len(lut.entries) - 1), entries=entries)


def _technique(image: SyntheticImage, exam: Exam) -> Technique:
    """Figures an automatic exposure might choose; a denser and thicker breast asks for more."""
    random = stream(exam.seed, "headers", exam.exam, view_name(image.exposure))
    thickness = image.thickness_mm
    anode, absorber = _TARGETS.get(image.unit.key, ("TUNGSTEN", "RHODIUM"))
    mas = 32 * np.exp(0.02 * (thickness - 30)) * _DENSER[image.density]
    return Technique(
        kvp=float(np.clip(round(24 + 0.09 * thickness), 25, 34)),
        mas=round(float(mas * random.uniform(0.95, 1.05)), 1),
        anode=anode,
        filter=absorber,
        thickness_mm=round(thickness, 1),
        force_n=round(float(random.uniform(75, 125)), 1),
        organ_dose_mgy=round(0.7 + 0.016 * thickness * _DENSER[image.density], 2),
    )


def _workday(day: date) -> date:
    """The day itself, or the Monday after it."""
    return day + timedelta(days=(7 - day.weekday()) % 7) if day.weekday() > 4 else day
