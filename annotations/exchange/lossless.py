"""Our own JSON, which loses nothing; published as docs/schema/exchange-1.json.

``python -m annotations.exchange.lossless`` writes the schema.
"""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, Field, ValidationError
from pydantic_core import PydanticSerializationError, from_json

from annotations.document.document import Document
from annotations.errors import ReadingFileError
from annotations.exchange.format import ExchangeError, Loss, Pictures, bad
from annotations.exchange.neutral import (
    Exchange,
    ExchangeImage,
    ExchangeReading,
    ExchangeStudy,
)
from annotations.keeping.codec import STRICT, check_document, plain_number
from annotations.keeping.reading_file import check_version
from domain.geometry import ImageSize, PixelSpacing
from domain.laterality import Laterality
from domain.study import Patient
from domain.view_position import ViewPosition

FORMAT = "fourview-exchange"
VERSION = 1
FILE = "fourview.json"
PUBLISHED = Path(__file__).parents[2] / "docs" / "schema" / f"exchange-{VERSION}.json"


class FileImage(BaseModel):
    """One image. uid: its SOP Instance UID, or a picture's file name."""

    model_config = STRICT
    uid: str
    study_uid: str
    size: ImageSize
    series_uid: str = ""
    class_uid: str = ""
    frames: int = Field(default=1, ge=1)
    spacing: PixelSpacing = PixelSpacing.unknown()
    laterality: Laterality | None = None
    position: ViewPosition | None = None


class FileStudy(BaseModel):
    """One study and its patient; the patient's fields are empty in an anonymised file."""

    model_config = STRICT
    uid: str
    patient: Patient = Field(default_factory=Patient)
    studied: str = ""
    accession: str = ""


class FileReading(BaseModel):
    """What one reader said of one study; the document is that of docs/schema/reading-1.json."""

    model_config = STRICT
    reader: str
    document: Document


class ExchangeFile(BaseModel):
    """Studies, images and readings in one file."""

    model_config = STRICT
    format: Literal["fourview-exchange"]
    version: Literal[1]
    studies: tuple[FileStudy, ...] = ()
    images: tuple[FileImage, ...] = ()
    readings: tuple[FileReading, ...] = ()


class LosslessJson:
    """``json``: everything, exactly."""

    name = "json"
    needs_study = False

    def write(
        self, exchange: Exchange, folder: Path, pictures: Pictures | None = None
    ) -> tuple[Loss, ...]:
        """Write ``fourview.json``. Raises ExchangeError where reading it gives something else."""
        del pictures
        data = encoded(exchange)
        (folder / FILE).write_bytes(data)
        return ()

    def read(self, path: Path, known: Exchange) -> Exchange:
        """Read a file, or the one in a folder. Raises ExchangeError."""
        del known
        file = path / FILE if path.is_dir() else path
        try:
            data = file.read_bytes()
        except OSError as error:
            raise bad(f"can't be read ({error.strerror})", file) from error
        return decoded(data, str(file))


def encoded(exchange: Exchange) -> bytes:
    """As it is written. Raises ExchangeError where reading it back gives something else."""
    file = ExchangeFile.model_construct(
        format="fourview-exchange",
        version=1,
        studies=tuple(
            FileStudy(
                uid=one.uid,
                patient=one.patient,
                studied=one.studied.isoformat() if one.studied else "",
                accession=one.accession,
            )
            for one in exchange.studies
        ),
        images=tuple(_image(one) for one in exchange.images),
        readings=tuple(
            FileReading.model_construct(reader=one.reader, document=one.document)
            for one in exchange.readings
        ),
    )
    try:
        data = file.model_dump_json(warnings=False, fallback=plain_number).encode()
        same = decoded(data, "") == exchange
    except (PydanticSerializationError, ExchangeError, TypeError, ValueError) as error:
        raise _unwritable() from error
    if not same:
        raise _unwritable()
    return data


def decoded(data: bytes, where: str) -> Exchange:
    """The neutral set from a file's bytes, masks checked. Raises ExchangeError."""
    try:
        file = ExchangeFile.model_validate_json(data)
        for one in file.readings:
            check_document(one.document)
        return _exchange(file)
    except ValidationError as error:
        _check_json(data, where)
        first = error.errors()[0]
        entry = ".".join(map(str, first["loc"])) or "the whole file"
        raise bad(f"{entry}: {first['msg']}", where) from error
    except ValueError as error:
        raise bad(str(error), where) from error


def exchange_schema() -> str:
    """The JSON schema, as it is published."""
    schema = ExchangeFile.model_json_schema(mode="validation")
    head = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": f"Fourview exchange, version {VERSION}",
    }
    return json.dumps({**head, **{k: v for k, v in schema.items() if k != "title"}}, indent=2)


def _image(one: ExchangeImage) -> FileImage:
    return FileImage(
        uid=one.uid,
        study_uid=one.study_uid,
        size=one.size,
        series_uid=one.series_uid,
        class_uid=one.class_uid,
        frames=one.frames,
        spacing=one.spacing,
        laterality=one.laterality,
        position=one.position,
    )


def _exchange(file: ExchangeFile) -> Exchange:
    return Exchange(
        tuple(
            ExchangeStudy(
                one.uid,
                one.patient,
                date.fromisoformat(one.studied) if one.studied else None,
                one.accession,
            )
            for one in file.studies
        ),
        tuple(ExchangeImage(**dict(one)) for one in file.images),
        tuple(ExchangeReading(one.reader, one.document) for one in file.readings),
    )


def _check_json(data: bytes, where: str) -> None:
    try:
        found = from_json(data)
    except ValueError as error:
        raise bad(f"is no JSON: {error}", where) from error
    try:
        check_version(found, VERSION, FORMAT, where)
    except ReadingFileError as error:
        raise bad(error.what, where, error.remedy or "") from error


def _unwritable() -> ExchangeError:
    return ExchangeError(
        "a reading holds something that would not be read back the same, such as a position that "
        "is no number"
    )


if __name__ == "__main__":
    PUBLISHED.write_text(exchange_schema() + "\n", encoding="utf-8")
