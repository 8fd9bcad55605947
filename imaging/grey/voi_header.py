"""Reads windows and VOI LUTs from a header, PS3.3 C.11.2 and C.7.6.16.2.10."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from pydicom.dataset import Dataset

from domain.study import Flag
from imaging.attributes.functional_groups import group_items
from imaging.attributes.tags import items, label_of, text, texts
from imaging.grey.lut_data import LookUpTable, read_table, table_fault, with_used_depth
from imaging.grey.stated import is_stated
from imaging.grey.vendor_rules import rule_for
from imaging.grey.voi import LutVoi, VoiChoice, VoiFunction, WindowVoi, table_name


@dataclass
class _Found:
    """What a header offers. tables: name and sequence item, the data not unpacked yet.

    function_stated: whether the windows say by which function they are to be read.
    """

    windows: list[WindowVoi] = field(default_factory=list)
    tables: list[tuple[str, Dataset]] = field(default_factory=list)
    flags: list[Flag] = field(default_factory=list)
    function_stated: bool = False
    tables_first: bool = False


def read_vois(ds: Dataset, *, signed: bool) -> tuple[tuple[VoiChoice, ...], tuple[Flag, ...]]:
    """All choices, the default first, and what was passed over.

    Windows come before tables, each in the file's order, unless a vendor's rule turns the two.

    signed: whether the values that go into a table may be negative.
    """
    found = _find(ds)
    tables: list[LutVoi] = []
    for name, item in found.tables:
        table = read_table(item, signed=signed)
        if isinstance(table, LookUpTable):
            tables.append(LutVoi(with_used_depth(table), name))
            found.flags.extend(tables[-1].table.flags)
    parts = (tables, found.windows) if found.tables_first else (found.windows, tables)
    return (*parts[0], *parts[1]), tuple(found.flags)


def voi_names(ds: Dataset) -> tuple[str, ...]:
    """The names of what ``read_vois`` would give, in its order, without unpacking a table."""
    found = _find(ds)
    tables = [table_name(name) for name, _ in found.tables]
    windows = [window.name for window in found.windows]
    return (*tables, *windows) if found.tables_first else (*windows, *tables)


def _find(ds: Dataset) -> _Found:
    """The header's own choices count before those of functional groups, kind by kind."""
    found = _Found()
    for holder in (ds, *group_items(ds, "FrameVOILUTSequence")):
        if not found.windows:
            _find_windows(holder, found)
        if not found.tables:
            _find_tables(holder, found)
    names = _told_apart(window.name for window in found.windows)
    found.windows = [
        replace(window, explanation=name) for window, name in zip(found.windows, names, strict=True)
    ]
    names = _told_apart(name for name, _ in found.tables)
    found.tables = [(name, item) for name, (_, item) in zip(names, found.tables, strict=True)]
    _order(ds, found)
    return found


def _order(ds: Dataset, found: _Found) -> None:
    rule = rule_for(text(ds, "Manufacturer"))
    both = bool(found.windows and found.tables)
    if rule.tables_first and both and not found.function_stated:
        found.tables_first = True
        found.flags.append(Flag(rule.reason, label_of("VOILUTFunction")))


def _find_windows(holder: Dataset, found: _Found) -> None:
    centres, widths = _numbers(holder, "WindowCenter"), _numbers(holder, "WindowWidth")
    if len(centres) != len(widths):
        message = f"{len(centres)} centres and {len(widths)} widths do not pair up"
        found.flags.append(Flag(message, label_of("WindowWidth")))
    elif not centres and (is_stated(holder, "WindowCenter") or is_stated(holder, "WindowWidth")):
        message = "neither centres nor widths can be read"
        found.flags.append(Flag(message, label_of("WindowCenter")))
    if not centres or not widths:
        return
    names = texts(holder, "WindowCenterWidthExplanation")
    function = _function(holder, found.flags)
    found.function_stated = is_stated(holder, "VOILUTFunction")
    for index, (centre, width) in enumerate(zip(centres, widths, strict=False)):
        name = names[index] if index < len(names) else ""
        try:
            window = WindowVoi(centre, width, function, name or f"window {index + 1}")
        except ValueError as error:
            message = f"a window is passed over: {error}"
            found.flags.append(Flag(message, label_of("WindowWidth")))
        else:
            found.windows.append(window)


def _numbers(holder: Dataset, keyword: str) -> list[float]:
    """One number a value; what is none becomes NaN, so that the others keep their places."""
    return [_number(value) for value in texts(holder, keyword)]


def _number(value: str) -> float:
    try:
        return float(value)
    except ValueError:
        return math.nan


def _function(holder: Dataset, flags: list[Flag]) -> VoiFunction:
    stated = text(holder, "VOILUTFunction").upper()
    try:
        return VoiFunction(stated or "LINEAR")
    except ValueError:
        message = "an unknown function is read as LINEAR"
        flags.append(Flag(message, label_of("VOILUTFunction")))
        return VoiFunction.LINEAR


def _find_tables(holder: Dataset, found: _Found) -> None:
    for index, item in enumerate(items(holder, "VOILUTSequence")):
        fault = table_fault(item)
        if fault is not None:
            found.flags.append(fault)
        else:
            name = text(item, "LUTExplanation") or f"table {index + 1}"
            found.tables.append((name, item))


def _told_apart(names: Iterable[str]) -> list[str]:
    """Number what is named alike, so that a name picks one choice only."""
    apart: list[str] = []
    for name in names:
        number, unused = 1, name
        while unused in apart:
            number += 1
            unused = f"{name} {number}"
        apart.append(unused)
    return apart
