"""``findings.json``: what ``fourview analyze`` writes of a study (docs/schema/findings-1.json)."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from domain.errors import BadInputError
from domain.finding import Contour, Descriptors, Finding, FindingKind, ModelProvenance
from domain.geometry import Box, SpacingSource
from domain.laterality import Laterality
from domain.lexicon import Assessment
from domain.mask import RleMask
from domain.study import View
from domain.view_position import ViewPosition
from inference.packages.manifest import Stage
from inference.pipeline import scores
from inference.pipeline.results import (
    BreastScore,
    Change,
    PackageUse,
    Proposal,
    ScoreKind,
    StudyResult,
    ViewResult,
    ViewStatus,
)

VERSION: Literal[1] = 1
NOTICE: Literal["Research use only, not a medical device"] = (
    "Research use only, not a medical device"
)
PUBLISHED = Path(__file__).parents[2] / "docs" / "schema" / f"findings-{VERSION}.json"


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class FileView(_Part):
    """One view. image: its SOP Instance UID, or a picture's file name. status: only in a view that
    was read does no finding mean that none was found; reasons say why it was refused, doubted or
    failed. score: the highest finding's, of the file's kind of score; a detection score may be that
    of a mark below its threshold. overlay: file name of the picture with the marks, beside this
    file. done, lost: stages of the reading that were carried out, and that failed.
    """

    image: str
    laterality: Laterality | None
    view: ViewPosition | None
    rows: int
    columns: int
    row_mm: float | None
    column_mm: float | None
    spacing_source: SpacingSource
    status: ViewStatus
    reasons: tuple[str, ...]
    score: float | None
    overlay: str | None
    done: tuple[Stage, ...] = ()
    lost: tuple[Stage, ...] = ()


class FileFinding(_Part):
    """One finding at or above its package's threshold.

    box, contour, mask: in pixels of the stored image (x right, y down, centres at whole numbers,
    outer corner at -0.5). score: of the detection, 0 to 1; no probability. assessment, malignancy
    (a probability), descriptors: a classifier's, where one read. corresponding_finding: the same
    thing in the breast's other view, with how probably it is.
    """

    id: UUID
    image: str
    frame: int
    laterality: Laterality | None
    view: ViewPosition | None
    kind: FindingKind
    box: Box | None
    contour: Contour | None
    mask: RleMask | None
    score: float
    assessment: Assessment | None
    malignancy: float | None
    nipple_distance_mm: float | None
    corresponding_finding: UUID | None
    correspondence_probability: float | None
    provenance: ModelProvenance
    descriptors: Descriptors = Field(default_factory=Descriptors)


class FindingsFile(_Part):
    """A whole study. key: of the input files, packages and settings; a file of the same key need
    not be made again. study: Study Instance UID, or a made-up name for pictures. score_is: what the
    scores of views, breasts and case are. composition: probability of ``a`` to ``d``, empty where
    no package tells.
    """

    format: Literal["fourview-findings"] = "fourview-findings"
    version: Literal[1] = VERSION
    notice: Literal["Research use only, not a medical device"] = NOTICE
    key: str
    study: str
    packages: tuple[PackageUse, ...]
    views: tuple[FileView, ...]
    findings: tuple[FileFinding, ...]
    breasts: tuple[BreastScore, ...]
    case_score: float | None
    changes: tuple[Change, ...]
    notes: tuple[str, ...]
    score_is: ScoreKind = ScoreKind.DETECTION
    composition: dict[str, float] = Field(default_factory=dict)

    @property
    def complete(self) -> bool:
        """Whether nothing failed."""
        return all(one.status is not ViewStatus.FAILED and not one.lost for one in self.views)


def findings_file(
    key: str, result: StudyResult, views: dict[str, View], overlays: dict[str, str]
) -> FindingsFile:
    """The file of a result. views, overlays: by the image's uid."""
    chances = {
        uid: pair.probability for pair in result.counterparts for uid in (pair.one, pair.other)
    }
    shown = [(view, one) for view in result.views for one in view.proposals if one.reaches()]
    return FindingsFile(
        key=key,
        study=result.uid,
        packages=result.packages,
        views=tuple(
            _view(one, views[one.uid], overlays.get(one.uid), result.score_is)
            for one in result.views
        ),
        findings=tuple(_finding(one, views[view.uid], chances) for view, one in shown),
        breasts=result.breasts,
        case_score=result.case_score,
        changes=tuple(
            one for one in result.changes if any(one.finding == two.finding.id for _, two in shown)
        ),
        notes=result.notes,
        score_is=result.score_is,
        composition=result.composition,
    )


def to_bytes(file: FindingsFile) -> bytes:
    """As it is written."""
    return (json.dumps(file.model_dump(mode="json"), indent=1) + "\n").encode()


def read_findings_file(path: Path) -> FindingsFile:
    """Read and check a file. Raises BadInputError where it can't be read or is none."""
    try:
        return FindingsFile.model_validate_json(path.read_bytes())
    except OSError as error:
        raise BadInputError(f"can't be read ({error.strerror})", where=str(path)) from error
    except ValidationError as error:
        first = error.errors()[0]
        entry = ".".join(str(part) for part in first["loc"]) or "the whole file"
        raise BadInputError(f"{entry}: {first['msg']}", where=str(path)) from error


def findings_schema() -> str:
    """The JSON schema, as published."""
    schema: dict[str, Any] = FindingsFile.model_json_schema(mode="serialization")
    head = {"$schema": "https://json-schema.org/draft/2020-12/schema"}
    return json.dumps(head | schema | {"title": f"Fourview findings, version {VERSION}"}, indent=2)


def _view(result: ViewResult, view: View, overlay: str | None, kind: ScoreKind) -> FileView:
    return FileView(
        image=result.uid,
        laterality=view.laterality,
        view=view.position,
        rows=view.size.rows,
        columns=view.size.columns,
        row_mm=view.spacing.row_mm,
        column_mm=view.spacing.column_mm,
        spacing_source=view.spacing.source,
        status=result.status,
        reasons=result.reasons,
        score=scores.view_score(result, kind),
        overlay=overlay,
        done=result.done,
        lost=result.lost,
    )


def _finding(proposal: Proposal, view: View, chances: dict[UUID, float]) -> FileFinding:
    finding: Finding = proposal.finding
    place, made = finding.geometries[0], finding.provenance
    if not isinstance(made, ModelProvenance):
        raise TypeError("an analysis gives models' findings")
    return FileFinding(
        id=finding.id,
        image=place.sop_instance_uid,
        frame=place.frame,
        laterality=view.laterality,
        view=view.position,
        kind=finding.kind,
        box=place.box,
        contour=place.contour,
        mask=place.mask,
        score=proposal.score,
        assessment=finding.assessment,
        malignancy=finding.malignancy,
        nipple_distance_mm=finding.location.nipple_distance_mm if finding.location else None,
        corresponding_finding=finding.counterpart_id,
        correspondence_probability=chances.get(finding.id),
        provenance=made,
        descriptors=finding.descriptors,
    )


if __name__ == "__main__":
    PUBLISHED.write_text(findings_schema() + "\n", encoding="utf-8")
