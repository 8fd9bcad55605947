"""How the image was exposed, for the corner text."""

from __future__ import annotations

from pydicom.dataset import Dataset

from domain.study import Technique
from imaging.attributes.tags import items, number, text

KEYWORDS = (
    "AnodeTargetMaterial",
    "BodyPartThickness",
    "CompressionForce",
    "Exposure",
    "ExposureInmAs",
    "ExposureInuAs",
    "FilterMaterial",
    "KVP",
    "OrganDose",
    "XRay3DAcquisitionSequence",
)
_MGY_PER_DGY = 100.0


def read_technique(ds: Dataset) -> Technique:
    """Exposure figures in kV, mAs, mm, N and mGy, without those that are malformed or not positive.

    Tomosynthesis objects keep them in X-Ray 3D Acquisition Sequence, PS3.3 C.8.21.3.
    """
    holders = (ds, *items(ds, "XRay3DAcquisitionSequence")[:1])
    dose_dgy = _figure(holders, "OrganDose")  # in dGy: PS3.3 C.8.7.8
    return Technique(
        kvp=_figure(holders, "KVP"),
        mas=_exposure(holders),
        anode=_word(holders, "AnodeTargetMaterial"),
        filter=_word(holders, "FilterMaterial"),
        thickness_mm=_figure(holders, "BodyPartThickness"),
        force_n=_figure(holders, "CompressionForce"),
        organ_dose_mgy=None if dose_dgy is None else dose_dgy * _MGY_PER_DGY,
    )


def _exposure(holders: tuple[Dataset, ...]) -> float | None:
    # Exposure is rounded to whole mAs (IS); the other two are not.
    exact = _figure(holders, "ExposureInmAs")
    if exact is not None:
        return exact
    micro = _figure(holders, "ExposureInuAs")
    return micro / 1000 if micro is not None else _figure(holders, "Exposure")


def _figure(holders: tuple[Dataset, ...], keyword: str) -> float | None:
    values = (number(holder, keyword) for holder in holders)
    return next((value for value in values if value is not None and value > 0), None)


def _word(holders: tuple[Dataset, ...], keyword: str) -> str:
    return next((value for holder in holders if (value := text(holder, keyword))), "")
