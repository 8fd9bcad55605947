"""What stands in a pane's corner: which breast and view, when, and how it was taken."""

from __future__ import annotations

from datetime import date

from domain.study import ImageKind, Technique, View
from domain.view_position import HangFamily
from viewing.hanging.plan import PanePlan

_NARROW = 2.2
"""A pane so many times as high as wide leaves no room beside an axilla."""


def corner_lines(pane: PanePlan) -> tuple[str, ...]:
    """Lines for the pane's outer corner; the first says laterality and view.

    Holds no patient data. An empty pane names what is missing.
    """
    if pane.view is None:
        return (f"No {pane.title}",) if pane.title else ()
    view = pane.view
    lines = [
        _headline(pane, view),
        _kind(view),
        f"Slice {pane.frame + 1} of {view.frames}" if view.frames > 1 else "",
        "Partial view" if view.partial else "",
        _taken(view),
        technique_line(view.technique),
        _size(pane),
    ]
    if pane.flags:
        lines.append("Check: " + _count(len(pane.flags)))
    return tuple(line for line in lines if line)


def _headline(pane: PanePlan, view: View) -> str:
    place = f"  1 of {len(pane.others) + 1}" if pane.others else ""
    prior = f"  prior{', ' if pane.interval else ''}{pane.interval}" if pane.prior else ""
    return f"{view.name}{prior}{place}"


def interval_text(older: date, newer: date) -> str:
    """How long an exam was before another, in whole months: ``1 y 2 mo before``.

    Less than a month is told in days; empty where it was not before.
    """
    days = (newer - older).days
    if days < 0:
        return ""
    months = 12 * (newer.year - older.year) + newer.month - older.month
    months -= newer.day < older.day
    if months == 0:
        return "same day" if days == 0 else f"{days} d before"
    years, rest = divmod(months, 12)
    parts = [f"{years} y" if years else "", f"{rest} mo" if rest else ""]
    return f"{' '.join(part for part in parts if part)} before"


def _kind(view: View) -> str:
    kind = view.kind.value
    return "" if view.kind is ImageKind.FFDM else kind[0].upper() + kind[1:]


def _taken(view: View) -> str:
    return f"{view.acquired:%Y-%m-%d %H:%M}" if view.acquired else ""


def lost_files(count: int) -> str:
    """What a pane without its view says where files could not be read; empty for none."""
    if not count:
        return ""
    return f"{count} {'file' if count == 1 else 'files'} could not be opened"


def technique_line(technique: Technique) -> str:
    """Exposure in one line, such as ``30 kVp  71 mAs  Rh/Rh  73 mm  100 N``."""
    parts = [
        _figure(technique.kvp, "kVp"),
        _figure(technique.mas, "mAs"),
        "/".join(_symbol(part) for part in (technique.anode, technique.filter) if part),
        _figure(technique.thickness_mm, "mm"),
        _figure(technique.force_n, "N"),
    ]
    return "  ".join(part for part in parts if part)


_SYMBOLS = {
    "ALUMINUM": "Al",
    "COPPER": "Cu",
    "MOLYBDENUM": "Mo",
    "RHODIUM": "Rh",
    "SILVER": "Ag",
    "TITANIUM": "Ti",
    "TUNGSTEN": "W",
}


def _symbol(material: str) -> str:
    """Anode and filter materials as radiographers write them (PS3.3 C.8.11.5 defined terms)."""
    return _SYMBOLS.get(material.upper(), material)


def _figure(value: float | None, unit: str) -> str:
    return "" if value is None else f"{value:.3g} {unit}"


def _size(pane: PanePlan) -> str:
    if pane.millimetres is None:
        return "Size in mm unknown"
    return f"1 mm = {1 / pane.millimetres:.2f} px"


def _count(flags: int) -> str:
    return "1 note" if flags == 1 else f"{flags} notes"


def text_at_bottom(pane: PanePlan) -> bool:
    """Whether corner text stands below: in a narrow pane an MLO's axilla fills the top.

    By the pane's shape alone, so that no text moves when the image does.
    """
    view = pane.view
    if view is None or view.position is None or view.frames > 1:
        return False
    narrow = pane.rect.height > _NARROW * pane.rect.width
    return narrow and view.position.family is HangFamily.MLO
