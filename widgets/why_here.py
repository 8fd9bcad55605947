"""Why an image hung where it does: conclusions, the tags they come from, and doubts."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

from PySide6.QtWidgets import QTextBrowser, QVBoxLayout, QWidget

from domain.study import Flag, Reason
from widgets.theme import THEME


class WhyHere(QWidget):
    """Text that can be selected and copied."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        column = QVBoxLayout(self)
        column.setContentsMargins(6, 4, 0, 0)
        self._text = QTextBrowser()
        self._text.setOpenLinks(False)
        column.addWidget(self._text)
        self.show_nothing()

    def show_nothing(self) -> None:
        """Say that there is nothing to explain."""
        said = escape(self.tr("Click an image to see why it hangs in its pane."))
        self._text.setHtml(f'<p style="color:{THEME.dim}">{said}</p>')

    def show_reasons(
        self, title: str, reasons: Iterable[Reason], flags: Iterable[Flag] = ()
    ) -> None:
        """title: the pane's. Doubts come first, then the reasons in the order of thought."""
        parts = [f'<p style="font-weight:600">{escape(title)}</p>']
        doubts = list(flags)
        if doubts:
            parts.append(_heading(self.tr("Take note")))
            parts += [_item(flag.message, flag.tag) for flag in doubts]
            parts.append(_heading(self.tr("Reasons")))
        told = list(dict.fromkeys(reasons))
        parts += [_item(one.conclusion, one.source) for one in told]
        if not told:
            parts.append(_item(self.tr("the header tells nothing"), ""))
        self._text.setHtml("".join(parts))

    @property
    def said(self) -> str:
        """What can be read."""
        return self._text.toPlainText()


def _heading(text: str) -> str:
    style = f"color:{THEME.dim};margin-top:12px;margin-bottom:2px"
    return f'<p style="{style}">{escape(text)}</p>'


def _item(said: str, source: str) -> str:
    sentence = escape(said[:1].upper() + said[1:])
    under = f'<br/><span style="color:{THEME.dim};font-size:9pt">{escape(source)}</span>'
    return f'<p style="margin-top:6px;margin-bottom:0">{sentence}{under if source else ""}</p>'
