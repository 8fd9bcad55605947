"""Writes verdicts as JSON and reads them back: between processes, and into the index of headers.

The file's name is no part of it: the index keeps that beside, and it need not be valid Unicode.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated

from pydantic import Field, TypeAdapter, ValidationError
from pydantic_core import PydanticSerializationError

from domain.study import ImageRef
from imaging.scanning.verdict import Faulty, Foreign, Found, Verdict

_ADAPTER: TypeAdapter[Verdict] = TypeAdapter(
    Annotated[Found | Faulty | Foreign, Field(discriminator="kind")]
)


def encode(verdict: Verdict) -> bytes:
    """The verdict as JSON."""
    try:
        return _ADAPTER.dump_json(verdict)
    except (PydanticSerializationError, UnicodeError):
        return _ADAPTER.dump_json(Faulty("the header holds text that is no text"))


def decode(record: bytes, ref: ImageRef) -> Verdict:
    """The verdict, its view now with the file it is about; ValueError if that is no record."""
    try:
        verdict = _ADAPTER.validate_json(record)
    except ValidationError as error:
        raise ValueError("no record of a verdict") from error
    if not isinstance(verdict, Found):
        return verdict
    known = verdict.view.ref.sop_instance_uid
    view = replace(verdict.view, ref=ImageRef(ref.path, ref.member, known))
    return Found(view, verdict.origin)
