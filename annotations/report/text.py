"""The report as plain text."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator

from annotations.document.document import Document
from annotations.report.parts import Known, Line, report_of
from domain.study import Study

_WIDTH = 78


def report_text(document: Document, study: Study, reader: str, known: Known | None = None) -> str:
    """The report of a study, lines of at most 78 characters.

    Holds no patient's name or number: it is put into the patient's record.
    """
    report = report_of(document, study, reader, known)
    blocks = [[report.title.upper()], [row for line in report.facts for row in _rows(line)]]
    for section in report.sections:
        rows = [row for line in section.lines for row in _rows(line)]
        blocks.append([section.title.upper(), *rows])
    blocks.append([row for text in report.closing for row in _rows(Line(text))])
    return "\n\n".join("\n".join(block) for block in blocks) + "\n"


def _rows(line: Line) -> Iterator[str]:
    whole = f"{line.name}: {line.text}" if line.name else line.text
    yield from textwrap.wrap(whole, _WIDTH, subsequent_indent="  ", break_on_hyphens=False)
