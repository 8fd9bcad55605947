from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from PySide6.QtGui import QColor

from domain.study import Patient
from widgets.banner import Banner, BannerFacts, CadState
from widgets.naming import age, birth_and_age, patient_name, patient_number
from widgets.theme import THEME

ONE = Patient("PID-1", "", "DOE^JANE^ANN", date(1961, 4, 12), "F")
OTHER = Patient("PID-2", "", "ROE^MARY", date(1970, 1, 1), "F")
FACTS = BannerFacts(ONE, date(2024, 4, 11), "ACC-7", cad=CadState.NOTHING_FOUND)


@pytest.fixture
def banner(qtbot) -> Banner:
    banner = Banner()
    qtbot.addWidget(banner)
    banner._flash.setDuration(80)
    banner.resize(1300, banner.height())
    banner.show()
    return banner


def calm(banner: Banner) -> bool:
    return banner.colour == QColor(THEME.surface)


def test_the_banner_tells_whose_study_it_is(banner) -> None:
    banner.show_facts(FACTS)
    for words in ("DOE, JANE ANN", "PID-1", "1961-04-12, 62 y", "2024-04-11", "ACC-7"):
        assert words in banner.said


@pytest.mark.parametrize("state", list(CadState))
def test_the_state_of_the_ai_reading_is_always_told(banner, state) -> None:
    banner.show_facts(replace(FACTS, cad=state))
    assert "AI: " in banner.said


def test_another_patient_flashes_and_calms_down(qtbot, banner) -> None:
    banner.show_facts(FACTS)
    assert not calm(banner)
    qtbot.waitUntil(lambda: calm(banner))
    banner.show_facts(replace(FACTS, patient=OTHER))
    assert not calm(banner)


def test_the_same_patient_does_not_flash(qtbot, banner) -> None:
    banner.show_facts(FACTS)
    qtbot.waitUntil(lambda: calm(banner))
    banner.show_facts(replace(FACTS, state="read"))
    assert calm(banner)


def test_a_flash_waits_until_it_can_be_seen(qtbot) -> None:
    banner = Banner()
    qtbot.addWidget(banner)
    banner.show_facts(FACTS)
    qtbot.wait(50)
    assert banner.colour == QColor(THEME.flash)


def test_nothing_of_the_last_patient_stays_when_the_study_is_closed(banner) -> None:
    banner.show_facts(FACTS)
    banner.show_facts(BannerFacts())
    assert banner.said == "No study open"
    assert calm(banner)


def test_a_masked_banner_holds_nothing_that_identifies(banner) -> None:
    banner.show_facts(FACTS)
    banner.mask_names(True)
    for words in ("DOE", "JANE", "PID-1", "1961", "ACC-7"):
        assert words not in banner.said
    assert "62 y" in banner.said


def test_masked_names_still_tell_patients_apart() -> None:
    assert patient_name(ONE, masked=True) == patient_name(ONE, masked=True)
    assert patient_name(ONE, masked=True) != patient_name(OTHER, masked=True)
    assert "DOE" not in patient_name(ONE, masked=True)


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("DOE^JANE", "DOE, JANE"),
        ("DOE", "DOE"),
        ("^JANE", "JANE"),
        ("YAMADA^TARO=山田^太郎", "YAMADA, TARO"),
        ("", "Name not stated"),
        ("DOE^JANE^^DR^MD", "DOE, JANE"),
    ],
)
def test_a_name_is_written_family_first(written, shown) -> None:
    assert patient_name(Patient(name=written)) == shown


def test_age_counts_whole_years() -> None:
    assert age(ONE, date(2024, 4, 11)) == 62
    assert age(ONE, date(2024, 4, 12)) == 63
    assert age(ONE, date(1960, 1, 1)) is None
    assert age(ONE, None) is None


def test_what_is_not_stated_is_said_so() -> None:
    assert birth_and_age(Patient(), date(2024, 1, 1)) == "birth date not stated"
    assert patient_number(Patient()) == "no ID"


def test_a_long_description_is_cut_and_never_pushes_the_name_out(banner) -> None:
    banner.show_facts(replace(FACTS, description="word " * 200))
    assert banner.minimumSizeHint().width() < 1300
