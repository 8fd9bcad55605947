"""Figures that a table prints beside ours: the papers', and the floors measured before."""

from __future__ import annotations

from dataclasses import dataclass

from inference.packages.manifest import Stage


@dataclass(frozen=True)
class Reference:
    """One published figure. where: paper and table, or how it was measured."""

    what: str
    figure: str
    where: str


DEEPLIMA_MASSES = (
    Reference("AP of masses", "0.805", "DeepLIMa, public sets (IoU not told)"),
    Reference("recall of masses", "0.977", "DeepLIMa, public sets (rate of false marks not told)"),
    Reference("AP of masses", "0.933", "DeepLIMa, own set"),
    Reference("recall of masses", "0.976", "DeepLIMa, own set"),
)
DEEPLIMA_CALCIFICATIONS = (
    Reference(
        "recall at 1, 2, 5, 10 false marks an image, group norm",
        "0.737, 0.869, 0.932, 0.944",
        "DeepLIMa, Table 3",
    ),
    Reference("the same, batch norm", "0.596, 0.768, 0.862, 0.896", "DeepLIMa, Table 3"),
    Reference("dots", "0.691, 0.843, 0.918, 0.933", "DeepLIMa, Table 4"),
    Reference("vessels", "0.971, 1.000, 1.000, 1.000", "DeepLIMa, Table 4"),
    Reference("large regions", "0.912, 0.974, 0.988, 0.991", "DeepLIMa, Table 4"),
)
TWO_STAGE = (
    Reference("Dice of regions", "0.909", "two-stage multi-scale fusion, INbreast"),
    Reference("Dice of full images", "0.804 (0.710 without fusion)", "the same, INbreast"),
)
MOMMINET = (
    Reference("AUC with the BI-RADS head", "0.914", "MommiNet-v2"),
    Reference("AUC without it", "0.886", "MommiNet-v2"),
)
BY_STAGE = {
    Stage.DETECT: DEEPLIMA_MASSES,
    Stage.CALCIFY: DEEPLIMA_CALCIFICATIONS,
    Stage.CONTOUR: TWO_STAGE,
    Stage.CLASSIFY: MOMMINET,
}

CESM_NAMES = ("cesm", "cdd-cesm")
CESM_FLOOR = (
    Reference(
        "recall at 0.25, 1 false marks an image, bright-blob filter",
        "0.26, 0.50",
        "measured before on cesm-dm test, 105 truths, IoU >= 0.2",
    ),
    Reference(
        "the same, a first small network trained on cesm-dm",
        "0.50, 0.53",
        "measured before on cesm-dm test; its interval about 0.14 either way",
    ),
)
CESM_RULE = (
    "CDD-CESM (The Cancer Imaging Archive, DOI 10.7937/29kw-ae92; Khaled et al. 2022): boxes above "
    "40 % of the frame and below 60 square pixels are left out; boxes count as masses or "
    "asymmetries; nearly every image has an outlined lesion, so rates of false marks are not those "
    "of normal images; no spacing is known, and an image counts as 240 mm long."
)


def references(stage: Stage, data: str) -> tuple[Reference, ...]:
    """What stands beside the figures of a stage on a data set of this name."""
    own = BY_STAGE.get(stage, ())
    return (*own, *CESM_FLOOR) if stage is Stage.DETECT and is_cesm(data) else own


def is_cesm(data: str) -> bool:
    """Whether a data set's name says that it is CDD-CESM."""
    return any(name in data.lower() for name in CESM_NAMES)
