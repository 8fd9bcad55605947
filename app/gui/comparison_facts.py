"""What the panel says of two readings that are compared."""

from __future__ import annotations

from annotations.agreement.deciding import Choice, FindingPair, Part
from annotations.agreement.overlap import Overlap
from annotations.report.words import title_of
from app.gui.finding_facts import Views, where_of
from app.presenters.double.comparing import Compared, Seat
from domain.finding import Finding
from domain.lexicon import Assessment
from widgets.comparison.state import Cell, ComparedLine, ComparisonState, ReaderHead

_PARTS = {
    Part.RECALL: "Recall",
    Part.STUDY: "Study",
    Part.RIGHT: "Right breast",
    Part.LEFT: "Left breast",
    Part.COMPOSITION: "Composition",
}
_USUAL = "submitted"
_NOT_MARKED = Cell("not marked", there=False)


def state_of(compared: Compared, views: Views) -> ComparisonState:
    """All that the panel shows. views: of the case, by the uid that marks know them by."""
    first, second = compared.seats
    return ComparisonState(
        readers=(_head(first), _head(second)),
        lines=tuple(_line(compared, number, views) for number in range(len(_lines(compared)))),
        discordances=compared.readings.comparison.discordances,
        obstacle=compared.obstacle,
        arbitrates=compared.arbitrates,
        decided_by=compared.decided_by,
        selected=compared.selected,
        busy=compared.busy,
        submitted=compared.submitted,
    )


def _lines(compared: Compared) -> tuple[FindingPair | Part, ...]:
    return compared.readings.lines


def _head(seat: Seat) -> ReaderHead:
    when = seat.when.astimezone()
    day, at = when.strftime("%Y-%m-%d"), when.strftime("%H:%M")
    told = f"{day}, {at}" if seat.state == _USUAL else f"{seat.state} {day}"
    return ReaderHead(seat.initials, seat.reader, told, f"{seat.reader}, {seat.state} {day}, {at}")


def _line(compared: Compared, number: int, views: Views) -> ComparedLine:
    line = _lines(compared)[number]
    choice = compared.choices.get(number)
    if isinstance(line, Part):
        return _part_line(compared, line, choice)
    lap = line.overlap
    called = compared.readings.number_of(number)
    return ComparedLine(
        title=f"{called}   {_dice(lap)}",
        first=_cell(line.first, views),
        second=_cell(line.second, views),
        figures=_out(choice) or (f"IoU {lap.iou:.2f}" if lap is not None and lap.dice > 0 else ""),
        differs=not line.settled,
        choice=choice,
        is_finding=True,
        waits=compared.arbitrates and choice is None,
    )


def _out(choice: Choice | None) -> str:
    return "left out" if choice is Choice.NEITHER else ""


def _dice(lap: Overlap | None) -> str:
    if lap is None:
        return ""
    return f"Dice {lap.dice:.2f}" if lap.dice > 0 else "by a point"


def _cell(finding: Finding | None, views: Views) -> Cell:
    if finding is None:
        return _NOT_MARKED
    grade = finding.assessment.value if finding.assessment else ""
    return Cell("  ".join(filter(None, (grade, title_of(finding)))), where_of(finding, views))


def _part_line(compared: Compared, part: Part, choice: Choice | None) -> ComparedLine:
    one, other = compared.readings.said(part)
    return ComparedLine(
        title=_PARTS[part],
        first=Cell(_said(one)),
        second=Cell(_said(other)),
        differs=one != other,
        choice=choice,
        waits=compared.arbitrates and choice is None,
    )


def _said(said: object) -> str:
    if isinstance(said, bool):
        return "yes" if said else "no"
    if isinstance(said, Assessment):
        return f"BI-RADS {said.value}"
    return str(said) if said else "not said"
