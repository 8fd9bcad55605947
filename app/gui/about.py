"""What the program says of itself."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication


def about_text() -> str:
    """Version, purpose, licence, and what it may not be used for."""
    said = (
        QCoreApplication.translate("About", "Fourview {version}").format(version=_version()),
        QCoreApplication.translate("About", "Reads mammograms with a second pair of eyes."),
        QCoreApplication.translate("About", "Research use only, not a medical device."),
        QCoreApplication.translate("About", "Licence: Apache-2.0"),
    )
    return "\n".join(said)


def _version() -> str:
    """Of the installation; empty where it was never installed."""
    from importlib.metadata import PackageNotFoundError, version  # noqa: PLC0415 - when asked for

    try:
        return version("fourview")
    except PackageNotFoundError:
        return ""
