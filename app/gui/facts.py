"""What banner, status line and panel say of what is shown."""

from __future__ import annotations

from app.presenters.following import Cursor
from app.presenters.second_reading.standing import AiState, CaseStanding
from app.presenters.shown import Shown
from imaging.grey.presentation import default_voi
from viewing.hanging.protocol import SizeMode
from viewing.state.lying import millimetres, zoom_of
from viewing.state.roaming import tile_of
from viewing.state.screen import PaneState, ScreenState
from widgets.action_row import Condition
from widgets.banner import BannerFacts, CadState
from widgets.side_panel import HungBecause

_SIZES = {
    SizeMode.SAME: "Same size",
    SizeMode.FIT: "Fit",
    SizeMode.TRUE: "True size",
    SizeMode.ACTUAL: "One to one",
}


def banner_of(shown: Shown, reader: str, cad: CadState = CadState.NOT_RUN) -> BannerFacts:
    """Patient and exam; nobody while no case is open."""
    if shown.exams is None:
        return BannerFacts(reader=reader)
    study = shown.exams.current
    place = f"{shown.place + 1} of {shown.count}" if shown.place is not None else ""
    return BannerFacts(
        patient=study.patient,
        studied=study.studied,
        accession=study.accession,
        description=study.description,
        place=place,
        reader=reader,
        cad=cad,
    )


def because_of(shown: Shown) -> HungBecause | None:
    """Why the active pane's image hung there."""
    pane = active_pane(shown.state)
    if pane is None or pane.plan.view is None:
        return None
    return HungBecause(pane.plan.title, pane.plan.reasons, pane.plan.flags)


def active_pane(state: ScreenState | None) -> PaneState | None:
    """The pane that keys go to."""
    if state is None or not 0 <= state.active < len(state.panes):
        return None
    return state.panes[state.active]


def zoom_text(state: ScreenState | None) -> str:
    """Size mode, screen pixels per image pixel, and mm per screen pixel of the active pane."""
    pane = active_pane(state)
    if state is None or pane is None or pane.placement is None:
        return ""
    zoom = f"{_SIZES[state.size_mode]}, {100 * zoom_of(pane.placement):.0f} %"
    tile = tile_of(state, state.active) if state.size_mode is SizeMode.ACTUAL else None
    if tile is not None and tile[1] > 1:
        zoom += f", quadrant {tile[0] + 1} of {tile[1]}"
    mm = millimetres(pane)
    return zoom if mm is None else f"{zoom}, 1 mm = {1 / mm:.1f} px"


def cursor_text(cursor: Cursor | None) -> str:
    """Column, row and value under the pointer, with the distance from the nipple where known."""
    if cursor is None:
        return ""
    pixel = cursor.at.pixel()
    pixels = cursor.opened.image.raster.pixels
    rows, columns = pixels.shape
    if not (0 <= pixel.row < rows and 0 <= pixel.column < columns):
        return ""
    said = f"x {pixel.column}  y {pixel.row}  value {int(pixels[pixel.row, pixel.column])}"
    breast = cursor.breast
    if breast is not None and breast.in_mm and breast.contains(cursor.at):
        said += f"  {breast.place_of(cursor.at).distance:.0f} mm from the nipple"
    return said


def window_name(shown: Shown) -> str:
    """The active image's window by name."""
    pane = active_pane(shown.state)
    opened = shown.image_of(pane) if pane is not None else None
    if pane is None or opened is None:
        return ""
    return (pane.grey.voi or default_voi(opened.image.grey)).name


def conditions(shown: Shown, *, listed: bool, measured: bool) -> frozenset[Condition]:
    """Which actions make sense now."""
    met = {Condition.STUDY_LISTED} if listed else set()
    if shown.exams is not None:
        met.add(Condition.STUDY_OPEN)
        if shown.exams.priors:
            met.add(Condition.PRIOR)
    pane = active_pane(shown.state)
    if pane is not None and pane.plan.view is not None and shown.image_of(pane) is not None:
        met.add(Condition.IMAGE)
        if pane.plan.view.spacing.row_mm is not None:
            met.add(Condition.SPACING)
        if pane.plan.view.frames > 1:
            met.add(Condition.STACK)
    if measured:
        met.add(Condition.MEASURED)
    return frozenset(met)


def reading_line(standing: CaseStanding, uid: str) -> str:
    """What a pane says of its view's AI reading; empty where all is as expected."""
    view = standing.views.get(uid)
    if view is None or view.state not in (AiState.FAILED, AiState.NOT_APPLICABLE):
        return ""
    return f"AI: {view.state.value}" + (f", {view.why}" if view.why else "")
