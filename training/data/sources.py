"""What ``--data`` names: phantoms, or a folder whose layout is recognised."""

from __future__ import annotations

import re
from pathlib import Path

from domain.errors import BadInputError
from domain.geometry import ImageSize
from phantom.recipe import Content
from training.data.combining import combined
from training.data.phantoms import FULL_MATRIX, MASS_MATRIX, PhantomSet
from training.data.sample import DataSet
from training.data.sets import cbis, cesm, ddsm, folder, inbreast, readings, vindr
from training.data.sets.listing import FolderSet, Layout

LAYOUTS: tuple[Layout, ...] = (
    cbis.LAYOUT,
    inbreast.LAYOUT,
    vindr.LAYOUT,
    cesm.LAYOUT,
    folder.LAYOUT,
    ddsm.LAYOUT,
    readings.LAYOUT,
)
"""In the order in which they are tried: those that take a look through all files come last."""

MASS_SEED = 2_000_000
"""First seed of phantoms with soft lesions, where none is named."""
MIXED_SEED = 2_100_000
"""First seed of the mixed phantoms among those that train a detector of masses."""
CALCIFICATION_SEED = 3_000_000
"""First seed of phantoms with calcifications, where none is named."""

_PHANTOM = re.compile(
    r"phantom(?:-([a-z]+?)(?:-(full|\d{3,5}x\d{3,5}))?)?:(\d{1,7})(?:@(\d{1,12}))?"
)
_SYNTAX = "phantom:N, phantom-CONTENT:N, phantom-CONTENT-full:N@SEED or -ROWSxCOLUMNS for -full"


def phantom_sets(text: str, folder: Path) -> tuple[PhantomSet, ...]:
    """The phantoms that a ``phantom...`` names. folder: where they are kept.

    Raises BadInputError where it is written otherwise.
    """
    found = _PHANTOM.fullmatch(text)
    contents = {one.value: one for one in Content}
    if found is None or not int(found[3]) or (found[1] and found[1] not in contents):
        raise BadInputError(
            f"{text!r} names no phantoms",
            remedy=f"Write {_SYNTAX}; CONTENT is one of {', '.join(contents)}",
        )
    if found[1] is None:
        if found[4]:
            raise BadInputError(
                f"{text!r} names a seed for phantoms of two contents",
                remedy=f"Name one content, as in phantom-mixed:{found[2]}@{found[3]}",
            )
        return _mixture(folder, int(found[3]))
    content = contents[found[1]]
    first = int(found[4] or _first_seed(content))
    return (PhantomSet(folder, first, int(found[3]), content, _matrix(content, found[2])),)


def _matrix(content: Content, asked: str | None) -> ImageSize:
    """Of the drawn images; fewer rows over a unit's whole field have larger pixels."""
    if asked is not None and asked != "full":
        rows, _, columns = asked.partition("x")
        return ImageSize(int(rows), int(columns))
    fine = content is Content.CALCIFICATIONS or asked is not None
    return FULL_MATRIX if fine else MASS_MATRIX


def _mixture(folder: Path, studies: int) -> tuple[PhantomSet, ...]:
    """Half with many soft lesions, half as they come: a quarter of those patients is normal, and
    so is most of the others' breasts. No seed, and so no patient, is in both halves.
    """
    many = studies - studies // 2
    if many > MIXED_SEED - MASS_SEED:
        raise BadInputError(f"{studies} phantoms are more than there are seeds for")
    lesions = PhantomSet(folder, MASS_SEED, many, Content.MASSES)
    return (lesions, PhantomSet(folder, MIXED_SEED, studies // 2)) if studies > 1 else (lesions,)


def _first_seed(content: Content) -> int:
    if content is Content.CALCIFICATIONS:
        return CALCIFICATION_SEED
    return MASS_SEED if content is Content.MASSES else MIXED_SEED


def recognise(path: Path) -> FolderSet:
    """The data set that a folder holds. Raises BadInputError where its layout is not known."""
    if not path.is_dir():
        raise BadInputError(
            "is no folder", where=str(path), remedy=f"Give a data set's folder, or {_SYNTAX}"
        )
    try:
        layout = next((one for one in LAYOUTS if one.fits(path)), None)
    except OSError as error:
        raise BadInputError(f"can't be read ({error.strerror})", where=str(path)) from error
    if layout is None:
        known = "; ".join(f"{one.key}: {one.hint}" for one in LAYOUTS)
        raise BadInputError(
            "is laid out like no data set that is known", where=str(path), remedy=f"Known: {known}"
        )
    return FolderSet(path, layout)


def open_source(text: str, folder: Path) -> DataSet:
    """The data set that one ``--data`` names.

    text: a folder, or ``phantom[-CONTENT[-full|-ROWSxCOLUMNS]]:N[@SEED]``. folder: where phantoms
    are kept; those that are not drawn yet are left out of ``infos``, see ``phantom_sets`` to draw
    them. Raises BadInputError for anything else.
    """
    if text.startswith("phantom") and (":" in text or not Path(text).exists()):
        return combined(phantom_sets(text, folder))
    return recognise(Path(text))
