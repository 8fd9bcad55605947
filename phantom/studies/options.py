"""Named options of a synthetic study, as ``fourview demo --options a,b,c`` gives them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

from pydicom import uid

from domain.errors import BadInputError
from domain.geometry import ImageSize
from domain.laterality import Laterality
from domain.view_position import ViewModifier, ViewPosition
from imaging.codec.encoders import encodable_syntaxes
from phantom.detector.units import UNITS
from phantom.recipe import FOUR_VIEWS, Content, Exposure, StudyRecipe
from phantom.space.streams import stream

SYNTAXES: Mapping[str, str] = MappingProxyType(
    {
        "explicit": str(uid.ExplicitVRLittleEndian),
        "implicit": str(uid.ImplicitVRLittleEndian),
        "deflated": str(uid.DeflatedExplicitVRLittleEndian),
        "big-endian": str(uid.ExplicitVRBigEndian),
        "rle": str(uid.RLELossless),
        "jpeg-8": str(uid.JPEGBaseline8Bit),
        "jpeg-12": str(uid.JPEGExtended12Bit),
        "jpeg-lossless": str(uid.JPEGLosslessSV1),
        "jpeg-lossless-p14": str(uid.JPEGLossless),
        "jpeg-ls": str(uid.JPEGLSLossless),
        "jpeg-ls-near": str(uid.JPEGLSNearLossless),
        "j2k": str(uid.JPEG2000Lossless),
        "j2k-lossy": str(uid.JPEG2000),
        "htj2k": str(uid.HTJ2KLossless),
        "htj2k-rpcl": str(uid.HTJ2KLosslessRPCL),
        "htj2k-lossy": str(uid.HTJ2K),
    }
)
"""Transfer syntaxes by the name that options give them."""

MOST_BITS: Mapping[str, int] = MappingProxyType(
    {str(uid.JPEGBaseline8Bit): 8, str(uid.JPEGExtended12Bit): 12}
)
"""Bits that a transfer syntax holds, where that is fewer than a mammogram may have."""

LEAST_SIDE, MOST_SIDE = 64, 8192
_ALL_SYNTAXES = "all-syntaxes"
_SWITCHES = (
    "mixed",
    "monochrome1",
    "implant",
    "spot",
    "xcc",
    "prior",
    "missing-side",
    "missing-view",
    "tomosynthesis",
    "tomosynthesis-all",
)
_KNOWN = (*_SWITCHES, *UNITS, "ROWSxCOLUMNS such as 1024x832", *SYNTAXES, _ALL_SYNTAXES)


@dataclass(frozen=True)
class DemoOptions:
    """What a study is to have besides four plain views of one exam.

    unit: key of ``detector.units.UNITS``, and size: matrix over its field; ``None`` leaves the
    recipe's. syntaxes: transfer syntaxes that the images get in turn; where they are more than the
    exam has exposures, exposures are written repeatedly until each syntax was used.
    mixed: lesions as they come, none to several, subtle ones too, and decoys.
    monochrome1: low stored values are bright. implant: both breasts have one, and each view is
    there with and without it pushed back. spot, xcc: an additional spot view, an additional XCCL.
    prior: an older exam as well. missing_side, missing_view: one breast, one view left out; which
    one the seed decides. stacks: how many views have a tomosynthesis stack, 4 for all.
    """

    unit: str | None = None
    size: ImageSize | None = None
    syntaxes: tuple[str, ...] = (str(uid.ExplicitVRLittleEndian),)
    mixed: bool = False
    monochrome1: bool = False
    implant: bool = False
    spot: bool = False
    xcc: bool = False
    prior: bool = False
    missing_side: bool = False
    missing_view: bool = False
    stacks: int = 0


def parse_options(text: str) -> DemoOptions:
    """Read a list of options, separated by commas; order and case don't matter.

    Raises BadInputError naming an option that is unknown or contradicts another.
    """
    names = [name for part in text.split(",") if (name := part.strip().lower())]
    sizes = [size for name in names if (size := _size(name)) is not None]
    units = [name for name in names if name in UNITS]
    syntaxes = [SYNTAXES[name] for name in names if name in SYNTAXES]
    if _ALL_SYNTAXES in names:
        syntaxes = list(encodable_syntaxes())
    for name in names:
        if not (name in _SWITCHES or name in UNITS or name in SYNTAXES or name == _ALL_SYNTAXES):
            _check_size(name)
    for wanted, kind in ((units, "unit"), (sizes, "size")):
        if len(set(wanted)) > 1:
            raise BadInputError(f"--options {text} names more than one {kind}", remedy="Give one")
    return DemoOptions(
        unit=units[0] if units else None,
        size=sizes[0] if sizes else None,
        syntaxes=tuple(dict.fromkeys(syntaxes)) or DemoOptions.syntaxes,
        mixed="mixed" in names,
        monochrome1="monochrome1" in names,
        implant="implant" in names,
        spot="spot" in names,
        xcc="xcc" in names,
        prior="prior" in names,
        missing_side="missing-side" in names,
        missing_view="missing-view" in names,
        stacks=len(FOUR_VIEWS) if "tomosynthesis-all" in names else int("tomosynthesis" in names),
    )


def exams(recipe: StudyRecipe, options: DemoOptions) -> tuple[StudyRecipe, ...]:
    """One recipe for each exam to be made, the current one first."""
    current = replace(
        recipe,
        content=Content.MIXED if options.mixed else recipe.content,
        unit=options.unit or recipe.unit,
        size=options.size or recipe.size,
        implant=recipe.implant or options.implant,
        exposures=_exposures(recipe, options),
        priors=max(recipe.priors, recipe.exam + 1) if options.prior else recipe.priors,
    )
    if not options.prior:
        return (current,)
    # A prior is the plain screening exam: additional views belong to the day they were asked for.
    plain = replace(options, spot=False, xcc=False, missing_side=False, missing_view=False)
    older = replace(current, exam=recipe.exam + 1, exposures=_exposures(recipe, plain))
    return (current, older)


def stack_exposures(recipe: StudyRecipe, options: DemoOptions) -> tuple[Exposure, ...]:
    """Which of an exam's exposures have a tomosynthesis stack as well."""
    plain = [exposure for exposure in recipe.exposures if not exposure.modifiers]
    if options.stacks >= len(plain):
        return tuple(plain)
    # An MLO shows most of the breast; one of the two by the seed.
    oblique = [exposure for exposure in plain if exposure.position is ViewPosition.MLO]
    chosen = stream(recipe.seed, "options", "stack").permutation(len(oblique or plain))
    return tuple((oblique or plain)[index] for index in chosen[: options.stacks])


def _exposures(recipe: StudyRecipe, options: DemoOptions) -> tuple[Exposure, ...]:
    """The recipe's exposures with those the options add and without those they leave out."""
    exposures = list(recipe.exposures)
    if options.implant:
        displaced = frozenset({ViewModifier.IMPLANT_DISPLACED})
        exposures += [replace(one, modifiers=one.modifiers | displaced) for one in exposures]
    if options.missing_side:
        left_out = _side(recipe.seed, "missing side")
        exposures = [one for one in exposures if one.laterality is not left_out]
    if options.missing_view and len(exposures) > 1:
        del exposures[int(stream(recipe.seed, "options", "missing view").integers(len(exposures)))]
    present = sorted({one.laterality for one in exposures}, key=lambda side: side.value)
    if options.spot:
        side = _among(present, recipe.seed, "spot")
        exposures.append(Exposure(side, ViewPosition.CC, frozenset({ViewModifier.SPOT})))
    if options.xcc:
        exposures.append(Exposure(_among(present, recipe.seed, "xcc"), ViewPosition.XCCL))
    return tuple(exposures)


def _side(seed: int, name: str) -> Laterality:
    return _among([Laterality.LEFT, Laterality.RIGHT], seed, name)


def _among(sides: list[Laterality], seed: int, name: str) -> Laterality:
    return sides[int(stream(seed, "options", name).integers(len(sides)))]


def _size(name: str) -> ImageSize | None:
    match = re.fullmatch(r"(\d{1,5})x(\d{1,5})", name)
    if match is None:
        return None
    rows, columns = (int(part) for part in match.groups())
    if min(rows, columns) < LEAST_SIDE or max(rows, columns) > MOST_SIDE:
        raise BadInputError(
            f"--options {name} is no size that can be made",
            remedy=f"Give rows x columns, {LEAST_SIDE} to {MOST_SIDE} each, such as 1024x832",
        )
    return ImageSize(rows=rows, columns=columns)


def _check_size(name: str) -> None:
    if _size(name) is None:
        raise BadInputError(f"--options knows no {name}", remedy=f"There are: {', '.join(_KNOWN)}")
