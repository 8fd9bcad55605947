"""Reads findings for ``fourview render --findings``: a list of findings, or what analyze writes."""

from __future__ import annotations

from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from app.cli.findings_json import FileFinding, FindingsFile
from domain.errors import BadInputError
from domain.finding import Finding, Geometry

_FINDINGS: TypeAdapter[tuple[Finding, ...] | FindingsFile] = TypeAdapter(
    tuple[Finding, ...] | FindingsFile
)


def read_findings(path: Path) -> tuple[Finding, ...]:
    """Read and check a findings file. Raises BadInputError naming the entry at fault."""
    try:
        read = _FINDINGS.validate_json(path.read_bytes())
    except OSError as error:
        raise BadInputError(f"can't be read ({error.strerror})", where=str(path)) from error
    except ValidationError as error:
        first = error.errors()[0]
        entry = ".".join(str(part) for part in first["loc"]) or "the whole file"
        raise BadInputError(
            f"{entry}: {first['msg']}",
            where=str(path),
            remedy="Give a JSON list of findings, or a findings.json of fourview analyze",
        ) from error
    return read if isinstance(read, tuple) else findings_of(read)


def findings_of(file: FindingsFile) -> tuple[Finding, ...]:
    """The findings of what analyze wrote, as proposals."""
    return tuple(map(_finding, file.findings))


def _finding(told: FileFinding) -> Finding:
    mark = Geometry(
        told.image,
        told.frame,
        told.frame,
        box=told.box,
        contour=told.contour,
        mask=told.mask,
    )
    return Finding(
        told.id,
        told.kind,
        (mark,),
        told.provenance,
        descriptors=told.descriptors,
        assessment=told.assessment,
        malignancy=told.malignancy,
        counterpart_id=told.corresponding_finding,
    )
