"""What the program says of itself."""

from __future__ import annotations

from importlib.metadata import version

from app.gui.about import about_text


def test_the_program_says_its_version_its_licence_and_what_it_is_not() -> None:
    said = about_text()
    assert f"Fourview {version('fourview')}" in said
    assert "Apache-2.0" in said
    assert "not a medical device" in said
