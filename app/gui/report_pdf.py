"""The report as a PDF: text as in the plain report, with small pictures of views and findings."""

from __future__ import annotations

import html
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QBuffer, QIODevice, QMarginsF, QRectF, QSizeF, Qt, QUrl
from PySide6.QtGui import (
    QFont,
    QImage,
    QPageLayout,
    QPageSize,
    QPainter,
    QPdfWriter,
    QTextDocument,
)

from annotations.report.parts import NOT_A_DEVICE, Line, Report, Section

DPI = 300
_MARGIN_MM, _HEAD_MM, _FOOT_MM = 16.0, 9.0, 8.0
_POINT = 1 / 72
_STYLE = """
h1 { font-size: 15pt; font-weight: 600; margin: 0 0 6pt 0; }
h2 { font-size: 10.5pt; font-weight: 600; color: #24415c; margin: 9pt 0 2pt 0; }
p { margin: 0 0 2pt 0; }
.small { font-size: 7.5pt; color: #555555; }
"""


@dataclass(frozen=True, eq=False)
class ReportPicture:
    """pixels: uint8 (rows, columns, 3), red, green, blue. caption: such as "RMLO"."""

    pixels: npt.NDArray[np.uint8]
    caption: str


@dataclass(frozen=True, eq=False)
class ReportSheet:
    """All that is printed.

    patient: one line that says whose report it is, on each page. overviews: of whole views, side
    by side. close_ups: beside the lines that tell of these findings.
    """

    report: Report
    patient: str
    overviews: Sequence[ReportPicture] = ()
    close_ups: Mapping[UUID, ReportPicture] = field(default_factory=dict)
    remark: str = ""
    file_name: str = "report.pdf"


def report_pdf(sheet: ReportSheet) -> bytes:
    """A PDF of A4 pages. On the window's thread, as fonts are."""
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    writer = QPdfWriter(buffer)
    writer.setResolution(DPI)
    writer.setPageLayout(_page())
    writer.setTitle(sheet.report.title)
    writer.setCreator("Fourview")
    document = _document(sheet, writer)
    painter = QPainter(writer)
    for number in range(document.pageCount()):
        if number:
            writer.newPage()
        _paint_page(painter, document, sheet, number)
    painter.end()
    buffer.close()
    return bytes(buffer.data().data())


def report_pages(sheet: ReportSheet, dpi: int = 100) -> tuple[QImage, ...]:
    """The same pages as pictures."""
    size = _page().fullRectPixels(dpi).size()
    blank = QImage(size, QImage.Format.Format_RGB32)
    blank.setDotsPerMeterX(round(dpi / 0.0254))
    blank.setDotsPerMeterY(round(dpi / 0.0254))
    blank.fill(Qt.GlobalColor.white)
    document, pages = _document(sheet, blank), []
    for number in range(document.pageCount()):
        page = blank.copy()
        painter = QPainter(page)
        margin = _MARGIN_MM / 25.4 * dpi
        painter.translate(margin, margin)
        _paint_page(painter, document, sheet, number)
        painter.end()
        pages.append(page)
    return tuple(pages)


def _page() -> QPageLayout:
    margins = QMarginsF(_MARGIN_MM, _MARGIN_MM, _MARGIN_MM, _MARGIN_MM)
    size = QPageSize(QPageSize.PageSizeId.A4)
    return QPageLayout(size, QPageLayout.Orientation.Portrait, margins, QPageLayout.Unit.Millimeter)


def _document(sheet: ReportSheet, device: QPdfWriter | QImage) -> QTextDocument:
    document = QTextDocument()
    document.documentLayout().setPaintDevice(device)
    document.setDefaultFont(QFont("sans", 9))
    document.setDefaultStyleSheet(_STYLE)
    document.setDocumentMargin(0)
    names = _add_pictures(document, sheet)
    dpi = device.logicalDpiX()
    inside = _page().paintRect(QPageLayout.Unit.Millimeter)
    height = inside.height() - _HEAD_MM - _FOOT_MM
    document.setHtml(_body(sheet, names, inside.width() / 25.4 * dpi, dpi))
    document.setPageSize(QSizeF(inside.width() / 25.4 * dpi, height / 25.4 * dpi))
    return document


def _add_pictures(document: QTextDocument, sheet: ReportSheet) -> dict[int, str]:
    """Names by the identity of the picture, as HTML calls them."""
    names = {}
    for number, one in enumerate((*sheet.overviews, *sheet.close_ups.values())):
        name = f"picture:{number}"
        names[id(one)] = name
        document.addResource(
            QTextDocument.ResourceType.ImageResource, QUrl(name), _image(one.pixels)
        )
    return names


def _image(pixels: npt.NDArray[np.uint8]) -> QImage:
    rows, columns = pixels.shape[:2]
    whole = np.ascontiguousarray(pixels)
    return QImage(whole.data, columns, rows, 3 * columns, QImage.Format.Format_RGB888).copy()


def _body(sheet: ReportSheet, names: Mapping[int, str], width: float, dpi: float) -> str:
    report = sheet.report
    parts = [f"<h1>{_safe(report.title)}</h1>", *(_line(line) for line in report.facts)]
    if sheet.overviews:
        parts.append(_overviews(sheet.overviews, names, width, dpi))
    if sheet.remark:
        parts.append(f'<p class="small">{_safe(sheet.remark)}</p>')
    parts += [_section(section, sheet, names, dpi) for section in report.sections]
    parts.append("<p>&nbsp;</p>")
    parts += [f'<p class="small">{_safe(text)}</p>' for text in report.closing]
    return "".join(parts)


def _overviews(
    pictures: Sequence[ReportPicture], names: Mapping[int, str], width: float, dpi: float
) -> str:
    each = min(width / len(pictures) - 4 * dpi * _POINT, 1.7 * dpi)
    cells = "".join(
        f'<td align="center">{_picture(one, names, each)}<br>'
        f'<span class="small">{_safe(one.caption)}</span></td>'
        for one in pictures
    )
    pad = round(2 * dpi * _POINT)
    return f'<p>&nbsp;</p><table cellspacing="0" cellpadding="{pad}"><tr>{cells}</tr></table>'


def _section(section: Section, sheet: ReportSheet, names: Mapping[int, str], dpi: float) -> str:
    title = f"<h2>{_safe(section.title)}</h2>"
    return title + "".join(_told(line, sheet, names, dpi) for line in section.lines)


def _told(line: Line, sheet: ReportSheet, names: Mapping[int, str], dpi: float) -> str:
    """A line, with its findings' pictures under it; both stay on one page."""
    shown = [sheet.close_ups[one] for one in line.findings if one in sheet.close_ups]
    if not shown:
        return _line(line)
    cells = "".join(
        f"<td>{_picture(one, names, 1.3 * dpi)}<br>"
        f'<span class="small">{_safe(one.caption)}</span></td>'
        for one in shown
    )
    pad = round(3 * dpi * _POINT)
    pictures = f'<table cellspacing="0" cellpadding="{pad}"><tr>{cells}</tr></table>'
    return (
        f'<table width="100%" cellspacing="0" cellpadding="0"><tr><td>{_line(line)}{pictures}'
        "</td></tr></table>"
    )


def _picture(one: ReportPicture, names: Mapping[int, str], width: float) -> str:
    rows, columns = one.pixels.shape[:2]
    height = width * rows / columns
    return f'<img src="{names[id(one)]}" width="{round(width)}" height="{round(height)}">'


def _line(line: Line) -> str:
    name = f"<b>{_safe(line.name)}</b>&nbsp; " if line.name else ""
    return f"<p>{name}{_safe(line.text)}</p>"


def _safe(text: str) -> str:
    return html.escape(text)


def _paint_page(
    painter: QPainter, document: QTextDocument, sheet: ReportSheet, number: int
) -> None:
    """Head, text and foot of one page; the painter's origin is the inner corner of the margins."""
    dpi = document.documentLayout().paintDevice().logicalDpiX()
    size = document.pageSize()
    head, foot = _HEAD_MM / 25.4 * dpi, _FOOT_MM / 25.4 * dpi
    painter.setFont(QFont("sans", 8, QFont.Weight.DemiBold))
    top = QRectF(0, 0, size.width(), head)
    painter.setPen(Qt.GlobalColor.black)
    painter.drawText(top, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop, sheet.patient)
    painter.save()
    painter.translate(0, head - number * size.height())
    document.drawContents(painter, QRectF(0, number * size.height(), size.width(), size.height()))
    painter.restore()
    painter.setFont(QFont("sans", 7))
    painter.setPen(Qt.GlobalColor.darkGray)
    bottom = QRectF(0, head + size.height(), size.width(), foot)
    flags = Qt.AlignmentFlag.AlignBottom
    painter.drawText(bottom, flags | Qt.AlignmentFlag.AlignLeft, NOT_A_DEVICE)
    paged = f"Page {number + 1} of {document.pageCount()}"
    painter.drawText(bottom, flags | Qt.AlignmentFlag.AlignRight, paged)
