"""From marks to findings with provenance; the same image and package always give the same ids."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from uuid import UUID, uuid5

from domain.finding import Finding, Geometry, Location, ModelProvenance
from domain.laterality import Laterality
from imaging.grey.presentation import default_voi, presentation_name
from inference.packages.package import ModelPackage
from inference.pipeline.fusion import Sourced
from inference.pipeline.inputs import ViewInput
from inference.pipeline.landmarks import Landmarks
from inference.pipeline.reader import ReaderPackages
from inference.pipeline.results import Counterpart, Proposal

_NAMES = UUID("3d1f9b52-6a0e-4b6e-9b1c-5b8f0a9f2c71")


def proposals(
    view: ViewInput,
    marks: Iterable[Sourced],
    looks: Sequence[ModelPackage],
    packages: ReaderPackages,
    seen: Landmarks,
) -> tuple[Proposal, ...]:
    """Findings of one view, in the marks' order. looks: the package of each source."""
    found = []
    for index, one in enumerate(marks):
        package, likeness = looks[one.source], seen.likeness(one.mark.box)
        finding = Finding(
            id=finding_id(view, package, index),
            kind=one.mark.kind,
            geometries=(_geometry(view, one),),
            provenance=ModelProvenance(
                package.manifest.id,
                package.manifest.version,
                packages.threshold(package),
                presentation_name(default_voi(view.grey)),
            ),
            location=_location(view.laterality, likeness.distance_mm),
        )
        found.append(Proposal(finding, one.mark.score, likeness))
    return tuple(found)


def finding_id(view: ViewInput, package: ModelPackage, index: int) -> UUID:
    """Of the mark at a place in a package's order; another image or package gives another."""
    return uuid5(_NAMES, f"{view.digest} {package.digest} {index}")


def linked(found: Sequence[Proposal], counterparts: Iterable[Counterpart]) -> tuple[Proposal, ...]:
    """The same findings, each naming its counterpart."""
    other: dict[UUID, UUID] = {}
    for pair in counterparts:
        other |= {pair.one: pair.other, pair.other: pair.one}
    return tuple(
        replace(one, finding=replace(one.finding, counterpart_id=other.get(one.finding.id)))
        for one in found
    )


def judged_alike(
    found: Iterable[Proposal], counterparts: Iterable[Counterpart]
) -> Mapping[UUID, Proposal]:
    """Findings that take over the malignancy and assessment of their counterpart, by id.

    What is one thing in both views has one judgement, the higher; both must have been judged.
    """
    by_id = {one.finding.id: one for one in found}
    alike: dict[UUID, Proposal] = {}
    for pair in counterparts:
        both = [by_id[pair.one], by_id[pair.other]]
        both.sort(key=lambda one: one.finding.malignancy or 0.0)
        lower, higher = (one.finding for one in both)
        if lower.malignancy is None or higher.malignancy is None:
            continue
        said = replace(lower, malignancy=higher.malignancy, assessment=higher.assessment)
        alike[lower.id] = replace(both[0], finding=said)
    return alike


def _geometry(view: ViewInput, one: Sourced) -> Geometry:
    mark = one.mark
    return Geometry(view.uid, view.frame, view.frame, mark.box, mark.contour, mark.mask)


def _location(laterality: Laterality | None, distance_mm: float | None) -> Location | None:
    if laterality is None:
        return None
    return Location(laterality, nipple_distance_mm=distance_mm)
