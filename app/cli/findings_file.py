"""Reads findings for ``fourview render --findings``: a JSON list of findings, as analyze writes."""

from __future__ import annotations

from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from domain.errors import BadInputError
from domain.finding import Finding

_FINDINGS = TypeAdapter(tuple[Finding, ...])


def read_findings(path: Path) -> tuple[Finding, ...]:
    """Read and check a findings file. Raises BadInputError naming the entry at fault."""
    try:
        return _FINDINGS.validate_json(path.read_bytes())
    except OSError as error:
        raise BadInputError(f"can't be read ({error.strerror})", where=str(path)) from error
    except ValidationError as error:
        first = error.errors()[0]
        entry = ".".join(str(part) for part in first["loc"]) or "the whole file"
        raise BadInputError(
            f"{entry}: {first['msg']}", where=str(path), remedy="Give a JSON list of findings"
        ) from error
