"""Prepared and labelled pictures of data sets, made once and then kept."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from training.data.sample import DataSet, SampleInfo
from training.data.specked import (
    SpeckedPicture,
    kept_path,
    read_specked,
    specked,
    write_specked,
)
from training.recipes.deeplima_calc.settings import CalcSettings
from training.recipes.recipe import Part, Tell


def pictures_of(
    parts: Sequence[Part], settings: CalcSettings, folder: Path, tell: Tell
) -> list[SpeckedPicture]:
    """All pictures of some parts of sets. folder: where they are kept between runs.

    Raises BadInputError where an image or a kept picture can't be read.
    """
    found: list[SpeckedPicture] = []
    for part in parts:
        tell(f"preparing {len(part.infos)} images of {part.data.name}")
        found += _pictures(part.data, part.infos, settings, folder)
    return found


def _pictures(
    data: DataSet, infos: Sequence[SampleInfo], settings: CalcSettings, folder: Path
) -> Iterator[SpeckedPicture]:
    for info in infos:
        boxes = [(one.kind.value, one.box) for one in info.findings]
        asked = (settings.spec, settings.labels, settings.specks, info.patient, boxes)
        path = kept_path(folder, info.name, asked)
        if not path.exists():
            picture = specked(data.open(info), settings.spec, settings.labels, settings.specks)
            write_specked(path, picture)
        yield read_specked(path)
