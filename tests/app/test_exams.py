from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from app.exams import choose_exams
from domain.errors import BadInputError
from domain.study import Patient, Study
from tests.support.views import a_view

ANN, EVE = Patient("1", name="Ann"), Patient("2", name="Eve")


def a_study(uid: str, patient: Patient = ANN, year: int | None = 2026) -> Study:
    return Study(uid, patient, (a_view("RCC"),), studied=date(year, 1, 1) if year else None)


def test_the_newest_study_is_current_and_the_older_ones_are_priors_newest_first() -> None:
    old, middle, new = a_study("a", year=2020), a_study("b", year=2023), a_study("c", year=2026)
    exams = choose_exams([middle, new, old], None, "folder")
    assert exams.current is new
    assert exams.priors == (middle, old)


def test_a_chosen_older_study_has_only_older_priors() -> None:
    old, middle, new = a_study("a", year=2020), a_study("b", year=2023), a_study("c", year=2026)
    exams = choose_exams([old, middle, new], "b", "folder")
    assert exams.current is middle
    assert exams.priors == (old,)


def test_two_patients_are_never_guessed_between() -> None:
    studies = [a_study("a", ANN), a_study("b", EVE)]
    with pytest.raises(BadInputError, match="several patients") as refusal:
        choose_exams(studies, None, "folder")
    assert "Ann" not in str(refusal.value)


def test_another_patients_study_is_never_a_prior() -> None:
    studies = [a_study("a", EVE, 2020), a_study("b", ANN, 2026)]
    assert choose_exams(studies, "b", "folder").priors == ()


def test_studies_of_nobody_in_particular_are_not_taken_for_one_patient() -> None:
    nobody = Patient()
    studies = [a_study("a", nobody, 2020), a_study("b", nobody, 2026)]
    assert choose_exams(studies, "b", "folder").priors == ()


def test_an_unknown_study_is_refused_with_the_known_ones() -> None:
    with pytest.raises(BadInputError, match="There are: a"):
        choose_exams([a_study("a")], "z", "folder")


def test_an_undated_study_is_older_than_a_dated_one() -> None:
    undated, dated = a_study("z", year=None), a_study("a")
    assert choose_exams([undated, dated], None, "folder").current is dated


def test_a_study_without_one_image_is_neither_shown_nor_asked_about() -> None:
    empty = Study("e", EVE, ())
    assert choose_exams([a_study("a"), empty], None, "folder").current.uid == "a"


def test_patients_that_share_a_study_uid_can_each_be_chosen() -> None:
    studies = [a_study("a", ANN), a_study("a", EVE)]
    with pytest.raises(BadInputError, match=r"a#1 .*a#2"):
        choose_exams(studies, "a", "folder")
    assert choose_exams(studies, "a#2", "folder").current.patient is EVE
    assert choose_exams(studies, "a#2", "folder").priors == ()


def test_a_birth_date_alone_makes_nobody_the_same_patient() -> None:
    nobody = replace(Patient(), birth_date=date(1900, 1, 1))
    studies = [a_study("a", nobody, 2020), a_study("b", nobody, 2026)]
    assert choose_exams(studies, "b", "folder").priors == ()
    with pytest.raises(BadInputError, match="told apart"):
        choose_exams(studies, None, "folder")
