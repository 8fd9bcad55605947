"""The report as a PDF: text as in the plain report, with small pictures of views and findings."""

from __future__ import annotations

import html
from collections.abc import Mapping
from dataclasses import dataclass, field
from uuid import UUID

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QBuffer, QIODevice, QMarginsF, QRectF, QSizeF, Qt, QUrl
from PySide6.QtGui import (
    QFont,
    QGuiApplication,
    QImage,
    QPageLayout,
    QPageSize,
    QPainter,
    QPdfWriter,
    QTextDocument,
    QTextTable,
    QTextTableFormat,
)

from annotations.report.parts import NOT_A_DEVICE, Line, Report, Section

DPI = 300
_MARGIN_MM, _HEAD_MM, _FOOT_MM = 15.0, 9.0, 7.0
_CLOSE_UP = 84
"""Across, in the pixels that HTML counts: a 96th of an inch on most screens."""

_STYLE = """
.title { font-size: 15pt; font-weight: 600; margin-bottom: 8px; }
.head { font-size: 10pt; font-weight: 600; color: #24415c; margin-top: 10px; margin-bottom: 3px; }
p { margin-top: 0px; margin-bottom: 2px; }
.small { font-size: 7pt; color: #555555; }
"""


@dataclass(frozen=True, eq=False)
class ReportPicture:
    """pixels: uint8 (rows, columns, 3), red, green, blue. caption: such as "RMLO"."""

    pixels: npt.NDArray[np.uint8]
    caption: str


@dataclass(frozen=True, eq=False)
class ReportSheet:
    """All that is printed.

    patient: one line that says whose report it is, on each page. overview: of whole views, side
    by side. close_ups: beside the lines that tell of these findings.
    """

    report: Report
    patient: str
    overview: ReportPicture | None = None
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
    document.setDefaultFont(_font(8.5))
    document.setDefaultStyleSheet(_STYLE)
    document.setDocumentMargin(0)
    names = _add_pictures(document, sheet)
    dpi = device.logicalDpiX()
    inside = _page().paintRect(QPageLayout.Unit.Millimeter)
    height = inside.height() - _HEAD_MM - _FOOT_MM
    document.setHtml(_body(sheet, names, inside.width() / 25.4 * _html_dpi()))
    document.setPageSize(QSizeF(inside.width() / 25.4 * dpi, height / 25.4 * dpi))
    _keep_together(document)
    return document


def _font(points: float, weight: QFont.Weight = QFont.Weight.Normal) -> QFont:
    font = QFont("sans")
    font.setPointSizeF(points)
    font.setWeight(weight)
    return font


def _html_dpi() -> float:
    """Qt scales lengths in HTML from the screen's resolution to the paper's."""
    return QGuiApplication.primaryScreen().logicalDotsPerInchX()


def _keep_together(document: QTextDocument) -> None:
    """Begin a page before each table that a page would end in."""
    layout, page = document.documentLayout(), document.pageSize().height()
    for frame in document.rootFrame().childFrames():
        if not isinstance(frame, QTextTable):
            continue
        rect = layout.frameBoundingRect(frame)
        if rect.height() < page and rect.top() // page != (rect.bottom() - 1) // page:
            form = frame.format().toTableFormat()
            form.setPageBreakPolicy(QTextTableFormat.PageBreakFlag.PageBreak_AlwaysBefore)
            frame.setFormat(form)


def _add_pictures(document: QTextDocument, sheet: ReportSheet) -> dict[int, str]:
    """Names by the identity of the picture, as HTML calls them."""
    names = {}
    for number, one in enumerate(_pictures(sheet)):
        name = f"picture:{number}"
        names[id(one)] = name
        document.addResource(
            QTextDocument.ResourceType.ImageResource, QUrl(name), _image(one.pixels)
        )
    return names


def _pictures(sheet: ReportSheet) -> tuple[ReportPicture, ...]:
    whole = (sheet.overview,) if sheet.overview is not None else ()
    return (*whole, *sheet.close_ups.values())


def _image(pixels: npt.NDArray[np.uint8]) -> QImage:
    rows, columns = pixels.shape[:2]
    whole = np.ascontiguousarray(pixels)
    return QImage(whole.data, columns, rows, 3 * columns, QImage.Format.Format_RGB888).copy()


def _body(sheet: ReportSheet, names: Mapping[int, str], width: float) -> str:
    report = sheet.report
    title = f'<p class="title">{_safe(report.title)}</p>'
    parts = [title, *(_line(line) for line in report.facts)]
    if sheet.overview is not None:
        parts.append(f"<p></p><p>{_picture(sheet.overview, names, width)}</p>")
    if sheet.remark:
        parts.append(f'<p class="small">{_safe(sheet.remark)}</p>')
    parts += [_section(section, sheet, names) for section in report.sections]
    parts.append('<p class="small">&nbsp;</p>')
    parts += [f'<p class="small">{_safe(text)}</p>' for text in report.closing]
    return "".join(parts)


def _section(section: Section, sheet: ReportSheet, names: Mapping[int, str]) -> str:
    """A table of one row, which stays on a page; with pictures its title and first line do."""
    told = [_told(line, sheet, names) for line in section.lines]
    pictured = any(one in sheet.close_ups for line in section.lines for one in line.findings)
    first = told[:1] if pictured else told
    title = f'<p class="head">{_safe(section.title)}</p>'
    row = f'<tr><td style="padding-top: 7px">{title}{"".join(first)}</td></tr>'
    table = f'<table width="100%" cellspacing="0" cellpadding="0">{row}</table>'
    return "".join((table, *told[len(first) :]))


def _told(line: Line, sheet: ReportSheet, names: Mapping[int, str]) -> str:
    """A line, with its findings' pictures at its right."""
    shown = [sheet.close_ups[one] for one in line.findings if one in sheet.close_ups]
    if not shown:
        return _line(line)
    cells = "".join(
        f'<td align="center" width="{_CLOSE_UP + 6}">{_picture(one, names, _CLOSE_UP)}'
        f'<br><span class="small">{_safe(one.caption)}</span></td>'
        for one in shown
    )
    return (
        '<table width="100%" cellspacing="0" cellpadding="1">'
        f"<tr><td>{_line(line)}</td>{cells}</tr></table>"
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
    painter.setFont(_font(8, QFont.Weight.DemiBold))
    top = QRectF(0, 0, size.width(), head)
    painter.setPen(Qt.GlobalColor.black)
    painter.drawText(top, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop, sheet.patient)
    painter.save()
    painter.translate(0, head - number * size.height())
    document.drawContents(painter, QRectF(0, number * size.height(), size.width(), size.height()))
    painter.restore()
    painter.setFont(_font(7))
    painter.setPen(Qt.GlobalColor.darkGray)
    bottom = QRectF(0, head + size.height(), size.width(), foot)
    flags = Qt.AlignmentFlag.AlignBottom
    painter.drawText(bottom, flags | Qt.AlignmentFlag.AlignLeft, NOT_A_DEVICE)
    paged = f"Page {number + 1} of {document.pageCount()}"
    painter.drawText(bottom, flags | Qt.AlignmentFlag.AlignRight, paged)
