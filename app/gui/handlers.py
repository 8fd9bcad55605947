"""What each action does: one function a row of ``app.actions``."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path

from PySide6.QtWidgets import QFileDialog, QMessageBox

from app.gui import (
    agreement_handlers,
    annotating_handlers,
    comparison_handlers,
    display_handlers,
    exchange_handlers,
    facts,
    layout_handlers,
    linking_handlers,
    models_handlers,
    project_handlers,
    reading_state_handlers,
    report_handlers,
    second_reading_handlers,
    stack_handlers,
    window_handlers,
    worklist_handlers,
)
from app.gui.about import about_text
from app.gui.main_window import MainWindow
from app.gui.second_reading_start import take_device
from app.presenters.measuring import Tool
from domain.geometry import ImagePoint
from viewing.hanging.protocol import SizeMode
from viewing.state.screen import PLAIN
from viewing.tools.tool import ToolKey
from widgets.side_panel import PanelTab

GESTURES = (
    ("Zoom at the cursor, or go through slices", "Wheel"),
    ("Zoom in a stack", "Ctrl+Wheel"),
    ("The tool", "Left drag"),
    ("Window and level", "Right drag"),
    ("Pan", "Middle drag"),
    ("Pan, whatever the tool", "Space+Left drag"),
    ("Pane alone and back", "Double click"),
)
_KEY_ZOOM = 1.25
_TOPICS = (
    agreement_handlers,
    annotating_handlers,
    comparison_handlers,
    display_handlers,
    exchange_handlers,
    layout_handlers,
    linking_handlers,
    models_handlers,
    project_handlers,
    reading_state_handlers,
    report_handlers,
    second_reading_handlers,
    stack_handlers,
    window_handlers,
    worklist_handlers,
)


class Handlers:
    """Connects a window's actions; a row without a handler here stays disabled."""

    def __init__(self, window: MainWindow) -> None:
        self._window = window
        self._plain: dict[str, Callable[[], object]] = {}
        self._switched: dict[str, Callable[[bool], object]] = {}
        self._helds: dict[str, Callable[[bool], object]] = {}
        self._fill()
        actions = window.actions_of
        actions.triggered.connect(lambda action_id: self._plain.get(action_id, _nothing)())
        actions.toggled.connect(lambda action_id, on: self._switched.get(action_id, _ignore)(on))
        actions.held.connect(self._held)
        for row in actions.rows.values():
            if row.id not in self.known:
                actions[row.id].setVisible(False)
                window.rail.leave_out(row.id)
        window.hide_empty_menus()

    @property
    def known(self) -> frozenset[str]:
        """Ids of all actions that do something."""
        return frozenset((*self._plain, *self._switched, *self._helds))

    def _fill(self) -> None:
        self._plain |= self._of_the_window() | self._of_the_case() | self._of_the_pane()
        self._switched |= self._switches()
        overlays = self._window.services.model.set_overlays
        self._helds["look.overlays"] = lambda down: overlays(not down)
        self._helds |= linking_handlers.held(self._window)
        self._helds |= annotating_handlers.held(self._window)
        services = self._window.services
        for tool in Tool:
            self._plain[tool.value] = partial(self._take, tool, True)
            self._switched[tool.value] = partial(self._take, tool)
        for mode in SizeMode:
            self._plain[f"size.{mode.value}"] = partial(services.model.set_size, mode)
            self._switched[f"size.{mode.value}"] = partial(self._size, mode)
        for topic in _TOPICS:
            self._plain |= topic.plain(self._window)
            self._switched |= topic.switches(self._window)

    def _of_the_window(self) -> dict[str, Callable[[], object]]:
        window = self._window
        return {
            "file.open": self._open_folder,
            "file.open_file": self._open_files,
            "file.worklist": window.show_worklist,
            "file.export_picture": self._save_picture,
            "file.settings": self._settings,
            "file.quit": window.close,
            "help.palette": window.palette_list.open,
            "help.keys": self._keys,
            "help.why": partial(window.side_panel.open_tab, PanelTab.WHY),
            "help.about": self._about,
        }

    def _of_the_case(self) -> dict[str, Callable[[], object]]:
        reading = self._window.services.reading
        return {
            "step.next": reading.next_step,
            "step.previous": reading.previous_step,
            "case.next": self._next_case,
            "case.previous": self._previous_case,
            "case.back": self._back,
            "look.reset": lambda: reading.go_to_step(self._window.services.model.state.step),
        }

    def _of_the_pane(self) -> dict[str, Callable[[], object]]:
        model = self._window.services.model
        return {
            "zoom.in": partial(self._zoom, _KEY_ZOOM),
            "zoom.out": partial(self._zoom, 1 / _KEY_ZOOM),
            "roam.next": lambda: model.roam(self._active, 1),
            "roam.previous": lambda: model.roam(self._active, -1),
            "slice.next": lambda: model.scroll_frames(self._active, 1),
            "slice.previous": lambda: model.scroll_frames(self._active, -1),
            "measure.clear": self._window.services.measuring.clear,
        }

    def _switches(self) -> dict[str, Callable[[bool], object]]:
        window, model = self._window, self._window.services.model
        return {
            "file.mask_names": window.mask_names,
            "layout.alone": lambda _on: model.toggle_alone(self._active),
            "layout.side_panel": lambda on: window.side_panel.fold(not on),
            "look.magnifier": self._magnifier,
            "look.linked": model.set_linked,
            "look.text": model.set_text,
            "grey.invert": lambda _on: model.invert(self._active),
            "grey.local_contrast": lambda on: self._aids(local_contrast=on),
            "grey.sharpening": lambda on: self._aids(sharpening=on),
        }

    @property
    def _active(self) -> int:
        return self._window.services.model.state.active

    def _take(self, tool: Tool, on: bool) -> None:
        if on:
            self._window.services.annotating.take(None)
            self._window.services.measuring.take(tool)

    def _size(self, mode: SizeMode, on: bool) -> None:
        if on:
            self._window.services.model.set_size(mode)

    def _held(self, action_id: str, down: bool) -> None:
        if action_id in self._helds:
            self._helds[action_id](down)

    def _zoom(self, factor: float) -> None:
        state = self._window.services.model.state
        pane = facts.active_pane(state)
        if pane is not None:
            rect = pane.plan.rect
            middle = ImagePoint(rect.width / 2, rect.height / 2)
            self._window.services.model.zoom_at(state.active, middle, factor)

    def _aids(self, **changed: bool) -> None:
        pane = facts.active_pane(self._window.services.model.state)
        present = pane.grey.aids if pane is not None else PLAIN
        self._window.services.model.set_aids(self._active, replace(present, **changed))

    def _magnifier(self, on: bool) -> None:
        self._window.pictures.magnifier = on
        self._window.repaint_panes()

    def _next_case(self) -> None:
        self._window.relist()
        if not self._window.worklist.step(1):
            self._window.status_line.show_message(self._window.tr("This is the last case"))

    def _previous_case(self) -> None:
        if not self._window.worklist.step(-1):
            self._window.status_line.show_message(self._window.tr("This is the first case"))

    def _back(self) -> None:
        """One step out of whatever it is, never out of the case."""
        window = self._window
        state = window.services.model.state
        if window.palette_list.isVisible():
            window.palette_list.dismiss()
        elif not window.in_reading and window.services.reading.shown.exams is not None:
            window.show_reading()
        elif comparison_handlers.leave(window) or self._let_go():
            window.repaint_panes()
        elif state.alone is not None:
            window.services.model.toggle_alone(state.alone)
        elif window.services.annotating.readings.looked_at is not None:
            window.services.annotating.readings.look_back()
        elif window.services.annotating.tool or window.services.measuring.tool is not Tool.PAN:
            window.actions_of["tool.pan"].trigger()

    def _let_go(self) -> bool:
        """What is begun with a tool or waits to be linked; False where there was nothing."""
        window = self._window
        return window.services.annotating.key(ToolKey.CANCEL) or (
            window.findings.intents.stop_linking()
        )

    def _open_folder(self) -> None:
        chosen = QFileDialog.getExistingDirectory(
            self._window, self._window.tr("Open folder"), self._recent_folder()
        )
        if chosen:
            self._window.open_paths([Path(chosen)])

    def _open_files(self) -> None:
        chosen, _ = QFileDialog.getOpenFileNames(
            self._window, self._window.tr("Open files"), self._recent_folder()
        )
        if chosen:
            self._window.open_paths([Path(path) for path in chosen])

    def _recent_folder(self) -> str:
        recent = self._window.services.settings.recent
        return str(Path(recent[0]).parent) if recent else ""

    def _save_picture(self) -> None:
        chosen, _ = QFileDialog.getSaveFileName(
            self._window, self._window.tr("Save screen as picture"), "", "PNG (*.png)"
        )
        if chosen:
            saved = self._window.reading_page.grab().save(chosen, "PNG")
            text = self._window.tr("Saved") if saved else self._window.tr("Could not be saved")
            self._window.status_line.show_message(f"{text}: {chosen}")

    def _settings(self) -> None:
        from widgets.settings_dialog import SettingsDialog  # noqa: PLC0415 - after the first paint

        dialog = SettingsDialog(self._window.services.settings, self._window)
        dialog.changed.connect(self._window.set_settings)
        dialog.changed.connect(layout_handlers.hands_of(self._window).take)
        exchange_handlers.upkeep_of(self._window).watch(dialog)
        device = self._window.services.settings.ai.device
        dialog.exec()
        dialog.deleteLater()
        if self._window.services.settings.ai.device is not device:
            take_device(self._window.services)

    def _keys(self) -> None:
        from widgets.shortcut_sheet import ShortcutSheet  # noqa: PLC0415 - after the first paint

        sheet = ShortcutSheet(self._window.actions_of, GESTURES, self._window)
        sheet.key_changed.connect(self._rekey)
        sheet.reset_requested.connect(self._reset_keys)
        sheet.exec()
        sheet.deleteLater()

    def _rekey(self, action_id: str, key: str) -> None:
        settings = self._window.services.settings.with_key(action_id, key)
        self._window.services.settings = settings
        self._window.actions_of.rekey(settings.keys)

    def _reset_keys(self) -> None:
        settings = self._window.services.settings.model_copy(update={"keys": {}})
        self._window.services.settings = settings
        self._window.actions_of.rekey({})

    def _about(self) -> None:
        QMessageBox.about(self._window, self._window.tr("About Fourview"), about_text())


def _nothing() -> None:
    """For actions that have no handler yet; they are not shown."""


def _ignore(_on: bool) -> None:
    """The same for those that are on or off."""
