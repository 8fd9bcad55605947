"""Other languages: a translation beside the settings, and titles that come from shipped files."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QCoreApplication, QLocale, QTranslator

from app.action_rows import QT_TRANSLATE_NOOP

TRANSLATIONS = "translations"
"""Inside the folder of the settings; ``fourview_de.qm`` there is the German one."""

CONTEXT = "Protocol"
"""Under which titles of shipped protocols and of their steps stand in the translations."""

PROTOCOL_TITLES = (
    QT_TRANSLATE_NOOP("Protocol", "Screening"),
    QT_TRANSLATE_NOOP("Protocol", "Four on one"),
    QT_TRANSLATE_NOOP("Protocol", "CC, right and left"),
    QT_TRANSLATE_NOOP("Protocol", "MLO, right and left"),
    QT_TRANSLATE_NOOP("Protocol", "Right breast, CC and MLO"),
    QT_TRANSLATE_NOOP("Protocol", "Left breast, CC and MLO"),
    QT_TRANSLATE_NOOP("Protocol", "CC, current above prior"),
    QT_TRANSLATE_NOOP("Protocol", "MLO, current above prior"),
    QT_TRANSLATE_NOOP("Protocol", "CC with two priors"),
    QT_TRANSLATE_NOOP("Protocol", "MLO with two priors"),
    QT_TRANSLATE_NOOP("Protocol", "Right CC by quadrants"),
    QT_TRANSLATE_NOOP("Protocol", "Left CC by quadrants"),
    QT_TRANSLATE_NOOP("Protocol", "Right MLO by quadrants"),
    QT_TRANSLATE_NOOP("Protocol", "Left MLO by quadrants"),
    QT_TRANSLATE_NOOP("Protocol", "Implant displaced"),
    QT_TRANSLATE_NOOP("Protocol", "Images outside the four views"),
    QT_TRANSLATE_NOOP("Protocol", "Four on one with AI"),
    QT_TRANSLATE_NOOP("Protocol", "Four across"),
)
"""Qt's tool finds texts in code only, not in TOML files."""


def translated_title(title: str) -> str:
    """A title of a shipped protocol, or of one of its steps, in the reader's language."""
    return QCoreApplication.translate(CONTEXT, title)


def install_translation(program: QCoreApplication, settings_folder: Path) -> bool:
    """Take the translation for the desktop's language, before anything is shown.

    False where there is none: all texts stay English.
    """
    translator = QTranslator(program)
    folder = str(settings_folder / TRANSLATIONS)
    if not translator.load(QLocale(), "fourview", "_", folder, ".qm"):
        return False
    return program.installTranslator(translator)
