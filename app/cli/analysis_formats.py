"""An AI reading in the formats of other programs, a folder each beside ``findings.json``."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path

from annotations.document.document import Document
from annotations.exchange.formats import FORMATS
from annotations.exchange.neutral import ExchangeReading
from app.cli.findings_file import findings_of
from app.cli.findings_json import FindingsFile
from app.presenters.exchanging.orders import ExportOrder
from domain.errors import BadInputError, FourviewError
from domain.study import Study


def check_formats(forms: Sequence[str]) -> None:
    """Raise BadInputError for a format that there isn't."""
    for form in forms:
        if form not in FORMATS:
            raise BadInputError(
                f"no format is called {form!r}", remedy=f"There are: {', '.join(FORMATS)}"
            )


def write_formats(
    folder: Path, study: Study, file: FindingsFile, forms: Sequence[str], *, fresh: bool
) -> tuple[str, ...]:
    """Write a study's findings in each format; why one could not be written.

    fresh: the findings are new, so that what an earlier run wrote is replaced.
    """
    from app.presenters.exchanging.exporting import written  # noqa: PLC0415 - only where asked for

    reading = ExchangeReading("", Document(study.uid, findings_of(file)))
    failed = []
    for form in forms:
        target = folder / form
        if target.exists() and not fresh:
            continue
        shutil.rmtree(target, ignore_errors=True)
        try:
            written([reading], [study], ExportOrder(form, target))
        except FourviewError as error:
            failed.append(f"{form}: {error}")
    return tuple(failed)
