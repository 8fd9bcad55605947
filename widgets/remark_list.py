"""What doesn't fit together, as short lines."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from uuid import UUID

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from widgets.remark import Remark
from widgets.theme import SMALL_TEXT_POINTS, THEME, set_points


class RemarkList(QWidget):
    """asked(id): a remark about a finding was pressed, where remarks lead to findings."""

    asked = Signal(object)

    def __init__(self, *, most: int, leading: bool = False, parent: QWidget | None = None) -> None:
        """most: so many are shown, then how many more. leading: to the finding."""
        super().__init__(parent)
        self._most, self._leading = most, leading
        self._remarks: tuple[Remark, ...] = ()
        self._label = QLabel()
        set_points(self._label, SMALL_TEXT_POINTS)
        self._label.setWordWrap(True)
        self._label.setTextFormat(Qt.TextFormat.RichText)
        self._label.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._label.linkActivated.connect(lambda link: self.asked.emit(UUID(link)))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._label)
        self.hide()

    @property
    def said(self) -> tuple[str, ...]:
        """The texts, serious ones first, those included for which there is no room."""
        return tuple(remark.text for remark in self._remarks)

    def show_remarks(self, remarks: Sequence[Remark]) -> None:
        """Serious ones first."""
        self._remarks = tuple(sorted(remarks, key=lambda remark: not remark.serious))
        lines = [self._line(remark) for remark in self._remarks[: self._most]]
        more = len(self._remarks) - self._most
        if more > 0:
            said = escape(self.tr("and {count} more").format(count=more))
            lines.append(f'<p style="color:{THEME.dim};margin:0">{said}</p>')
        self._label.setText("".join(lines))
        self._label.setToolTip("\n".join(self.said) if more > 0 else "")
        self.setVisible(bool(lines))

    def _line(self, remark: Remark) -> str:
        colour = THEME.error if remark.serious else THEME.text
        said = escape(remark.text)
        if self._leading and remark.finding is not None:
            style = f"color:{colour};text-decoration:none"
            said = f'<a href="{remark.finding}" style="{style}">{said} \u203a</a>'
        return f'<p style="color:{colour};margin:0 0 3px 0">{said}</p>'
