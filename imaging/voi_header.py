"""Reads windows and VOI LUTs from a header, PS3.3 C.11.2 and C.7.6.16.2.10."""

from __future__ import annotations

from pydicom.dataset import Dataset

from domain.study import Flag
from imaging.functional_groups import group_items
from imaging.lut_data import LookUpTable, read_table
from imaging.tags import items, label_of, numbers, text, texts
from imaging.voi import LutVoi, VoiChoice, VoiFunction, WindowVoi


def read_vois(ds: Dataset, *, signed: bool) -> tuple[tuple[VoiChoice, ...], tuple[Flag, ...]]:
    """All choices, windows first and then tables, and what was passed over.

    signed: whether the values that go into a table may be negative.
    """
    holders = (ds, *group_items(ds, "FrameVOILUTSequence"))
    windows: tuple[VoiChoice, ...] = ()
    tables: tuple[VoiChoice, ...] = ()
    flags: list[Flag] = []
    for holder in holders:
        windows = windows or _windows(holder, flags)
        tables = tables or _tables(holder, flags, signed=signed)
    return (*windows, *tables), tuple(flags)


def _windows(holder: Dataset, flags: list[Flag]) -> tuple[VoiChoice, ...]:
    centres, widths = numbers(holder, "WindowCenter"), numbers(holder, "WindowWidth")
    if len(centres) != len(widths):
        message = f"{len(centres)} centres and {len(widths)} widths do not pair up"
        flags.append(Flag(message, label_of("WindowWidth")))
    names = texts(holder, "WindowCenterWidthExplanation")
    function = _function(holder, flags)
    windows = []
    for index, (centre, width) in enumerate(zip(centres, widths, strict=False)):
        try:
            name = names[index] if index < len(names) else ""
            windows.append(WindowVoi(centre, width, function, name or f"window {index + 1}"))
        except ValueError as error:
            flags.append(Flag(f"a window is passed over: {error}", label_of("WindowWidth")))
    return tuple(windows)


def _function(holder: Dataset, flags: list[Flag]) -> VoiFunction:
    stated = text(holder, "VOILUTFunction").upper()
    try:
        return VoiFunction(stated or "LINEAR")
    except ValueError:
        message = "an unknown function is read as LINEAR"
        flags.append(Flag(message, label_of("VOILUTFunction")))
        return VoiFunction.LINEAR


def _tables(holder: Dataset, flags: list[Flag], *, signed: bool) -> tuple[VoiChoice, ...]:
    tables = []
    for index, item in enumerate(items(holder, "VOILUTSequence")):
        table = read_table(item, signed=signed)
        if isinstance(table, LookUpTable):
            name = text(item, "LUTExplanation") or f"table {index + 1}"
            tables.append(LutVoi(table, name))
        else:
            flags.append(table)
    return tuple(tables)
