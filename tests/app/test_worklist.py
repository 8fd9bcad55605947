"""The worklist behind its page: what was opened, what the archive lists, and deeds on lines."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from app.presenters.worklist.state import Asked, WorklistState, asked_of, query_of
from archive.archive import Archive
from archive.places import file_url
from archive.worklist.query import SortBy, WorklistQuery
from archive.worklist.study import IndexedStudy, StudyState
from domain.errors import FourviewError
from domain.study import Study
from tests.archive.readings import document, save, submit
from tests.support.small_studies import write_patient
from tests.support.worklist_desk import Desk
from widgets.worklist.line import Column, FilterChoice, Scope

Begin = Callable[..., Desk]


@pytest.fixture
def begin(tmp_path: Path) -> Iterator[Begin]:
    """Makes desks on one archive, for one reader each."""
    desks: list[Desk] = []

    def made(reader: str = "anna", *, opened: bool = True) -> Desk:
        desk = Desk(tmp_path / "data" / "archive.sqlite", reader)
        desks.append(desk)
        return desk.begin() if opened else desk

    yield made
    for desk in desks:
        desk.close()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for number in range(3):
        write_patient(tmp_path / "images" / str(number), number, 2020 + number)
    return tmp_path / "images"


def uid(number: int) -> str:
    return f"1.2.3.{number}.{2020 + number}"


def fill(archive: Archive, count: int) -> None:
    archive.sources.index(
        [
            IndexedStudy(f"9.{n}", f"/nowhere/{n}", f"P{n:04}", date(2020, 1, 1), ("RCC",), n % 7)
            for n in range(count)
        ],
        "anna",
    )


# What was opened.


def test_what_is_opened_is_listed_at_once_without_an_archive(begin: Begin, folder: Path) -> None:
    desk = begin(opened=False)
    desk.studies.open([folder])
    desk.window.run_until(lambda: not desk.studies.state.busy)
    assert desk.list.state.asked.scope is Scope.OPENED
    assert desk.names == ["Nobody^2", "Nobody^1", "Nobody^0"]
    assert desk.door.archive is None
    assert desk.lines[0].state == ""


def test_what_was_opened_before_the_archive_was_there_is_put_in_when_it_is(
    begin: Begin, folder: Path
) -> None:
    desk = begin(opened=False)
    desk.open(folder)
    desk.begin()
    desk.settle()
    assert desk.archive.worklist(WorklistQuery()).total == 3
    assert desk.lines[0].state == "new"


def test_an_archive_that_cannot_be_used_takes_nothing_from_reading(
    begin: Begin, folder: Path, tmp_path: Path
) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "archive.sqlite").write_bytes(b"no database at all, but long" * 99)
    desk = begin()
    assert "can't be used" in desk.list.state.notice
    desk.open(folder)
    assert len(desk.lines) == 3
    desk.list.find("nobody 2021 lmlo")
    assert desk.names == ["Nobody^1"]


def test_an_opened_study_shows_what_the_archive_says_of_it(begin: Begin, folder: Path) -> None:
    with Archive.open(file_url(folder.parent / "data" / "archive.sqlite")) as archive:
        submit(archive, document(study=uid(1)), "berta")
    desk = begin()
    desk.open(folder)
    line = desk.line("Nobody^1")
    assert (line.state, line.reader) == ("submitted", "berta")
    assert line.patient.patient_id == "P1"


def test_filters_and_orders_work_on_what_was_opened_too(begin: Begin, folder: Path) -> None:
    desk = begin()
    desk.open(folder)
    desk.deeds.discuss(uid(0), "look")
    desk.settle()
    desk.list.filter(FilterChoice(discuss=True))
    assert desk.names == ["Nobody^0"]
    desk.list.filter(FilterChoice(since=date(2021, 1, 1), states=("new",)))
    desk.list.sort(Column.NUMBER, descending=False)
    assert desk.names == ["Nobody^1", "Nobody^2"]
    assert (desk.list.state.total, desk.list.state.whole) == (2, 3)


def test_files_dropped_one_by_one_are_one_study_of_the_archive(begin: Begin, folder: Path) -> None:
    desk = begin()
    desk.open(*sorted((folder / "1").glob("*.dcm")))
    (row,) = desk.archive.worklist(WorklistQuery()).rows
    assert (row.location, len(row.views.split())) == (str(folder / "1"), 4)
    desk.open(next((folder / "1").glob("*.dcm")))
    (row,) = desk.archive.worklist(WorklistQuery()).rows
    assert (row.location, len(row.views.split())) == (str(folder / "1"), 4)


def test_two_patients_of_one_uid_are_listed_apart_and_one_is_put_in(
    begin: Begin, tmp_path: Path
) -> None:
    desk = begin()
    for number in (1, 2):
        write_patient(tmp_path / "both" / str(number), number)
    desk.open(tmp_path / "both")
    one, other = desk.studies.state.studies
    twin = Study(one.uid, other.patient, other.views, other.studied)
    desk.studies._set(type(desk.studies.state)(studies=(one, twin)))
    desk.settle()
    assert [line.key for line in desk.lines] == [f"{one.uid}#2", f"{one.uid}#1"] or len(
        desk.lines
    ) == 2
    assert {line.state for line in desk.lines} == {""}


# What the archive lists.


def test_all_and_mine_come_from_the_archive_a_page_at_a_time(begin: Begin) -> None:
    desk = begin()
    fill(desk.archive, 450)
    desk.archive.claims.claim("9.3", "anna")
    desk.list.show_scope(Scope.ALL)
    desk.settle()
    assert (len(desk.lines), desk.list.state.total) == (100, 450)
    while len(desk.lines) < 450:
        desk.list.more()
        desk.settle()
    assert len({line.key for line in desk.lines}) == 450
    desk.list.more()
    assert not desk.jobs.statuses
    desk.list.show_scope(Scope.MINE)
    desk.settle()
    assert desk.names == ["P0003"]
    assert desk.lines[0].holders == ("anna",)


def test_the_answer_to_an_older_question_is_never_shown(begin: Begin) -> None:
    desk = begin()
    fill(desk.archive, 300)
    shown: list[WorklistState] = []
    desk.list.shown.connect(shown.append)
    for text in ("p", "p0", "p02", "p0299"):
        desk.list.find(text)
    desk.settle()
    assert [state.total for state in shown] == [1]
    assert (desk.list.state.total, desk.list.state.whole) == (1, 300)


def test_a_change_keeps_the_lines_where_they_are(begin: Begin) -> None:
    desk = begin()
    fill(desk.archive, 450)
    desk.list.sort(Column.PATIENT, descending=False)
    desk.settle()
    for _ in range(3):
        desk.list.more()
        desk.settle()
    before = [line.key for line in desk.lines]
    assert len(before) == 400
    desk.deeds.claim(before[250])
    desk.settle()
    assert [line.key for line in desk.lines] == before
    assert desk.lines[250].holders == ("anna",)


def test_another_readers_claim_is_seen_after_a_change(begin: Begin) -> None:
    desk, other = begin("anna"), begin("berta")
    fill(desk.archive, 3)
    desk.list.show_scope(Scope.ALL)
    desk.settle()
    other.list.show_scope(Scope.ALL)
    other.settle()
    desk.deeds.claim("9.1")
    desk.settle()
    other.list.refresh()
    other.settle()
    assert other.line("P0001").holders == ("anna",)
    other.deeds.claim("9.1")
    other.settle()
    assert "another reader" in other.told[-1]


def test_masked_names_are_not_found_by_the_true_ones(begin: Begin, folder: Path) -> None:
    desk = begin()
    desk.open(folder)
    desk.list.mask_names(True)
    for scope in (Scope.OPENED, Scope.ALL):
        desk.list.show_scope(scope)
        for text, count in (("nobody", 0), ("2021 rcc", 1)):
            desk.list.find(text)
            desk.settle()
            assert len(desk.lines) == count


def test_a_damaged_page_of_the_archive_is_told_and_the_rest_goes_on(begin: Begin) -> None:
    desk = begin()
    fill(desk.archive, 3)
    with desk.archive.database.writing() as connection:
        connection.exec_driver_sql("UPDATE studies SET state = 'unheard of' WHERE uid = '9.1'")
    desk.list.show_scope(Scope.ALL)
    desk.settle()
    assert "defect" in desk.list.state.notice or "read" in desk.list.state.notice
    desk.list.find("p0002")
    desk.settle()
    assert desk.names == ["P0002"]
    assert desk.list.state.notice == ""


# Deeds on a line.


def test_claims_are_taken_put_aside_gone_on_with_and_given_back(begin: Begin) -> None:
    desk = begin()
    fill(desk.archive, 1)
    desk.list.show_scope(Scope.ALL)
    seen = []
    for deed in (desk.deeds.claim, desk.deeds.suspend, desk.deeds.claim, desk.deeds.release):
        deed("9.0")
        desk.settle()
        seen.append((desk.lines[0].holders, desk.lines[0].put_aside))
    anna = ("anna",)
    assert seen == [(anna, ()), (anna, anna), (anna, ()), ((), ())]


def test_who_is_away_can_be_released_by_another(begin: Begin) -> None:
    desk, head = begin("anna"), begin("head")
    fill(desk.archive, 1)
    desk.archive.claims.claim("9.0", "anna")
    head.list.show_scope(Scope.ALL)
    head.settle()
    head.deeds.release("9.0")
    head.settle()
    assert head.lines[0].holders == ()
    assert head.archive.audit.entries()[0].who == "head"


def test_a_study_is_assigned_to_one_reader_at_a_time_from_here(begin: Begin) -> None:
    desk = begin()
    fill(desk.archive, 1)
    desk.list.show_scope(Scope.ALL)
    seen = []
    for reader in ("berta", "carla", ""):
        desk.settle()
        desk.deeds.assign("9.0", reader)
        desk.settle()
        seen.append(desk.lines[0].assigned)
    assert seen == [("berta",), ("carla",), ()]


def test_priorities_go_up_and_down_and_discussions_are_settled(begin: Begin) -> None:
    desk = begin()
    fill(desk.archive, 1)
    desk.list.show_scope(Scope.ALL)
    desk.settle()
    for by in (1, 1, -1):
        desk.deeds.prefer("9.0", by)
        desk.settle()
    desk.deeds.discuss("9.0", "new since prior?")
    desk.settle()
    assert (desk.lines[0].priority, desk.lines[0].discuss) == (1, True)
    desk.deeds.settle("9.0")
    desk.settle()
    assert not desk.lines[0].discuss


def test_a_filter_is_saved_shown_and_forgotten(begin: Begin) -> None:
    desk = begin()
    fill(desk.archive, 3)
    save(desk.archive, document(study="9.1"), "anna")
    desk.list.show_scope(Scope.ALL)
    desk.list.filter(FilterChoice(states=("draft",)))
    desk.list.sort(Column.READER, descending=True)
    desk.settle()
    desk.deeds.save_filter("my drafts")
    desk.settle()
    assert desk.list.state.filters == ("my drafts",)
    desk.list.filter(FilterChoice())
    desk.list.show_scope(Scope.MINE)
    desk.deeds.show_filter("my drafts")
    desk.settle()
    asked = desk.list.state.asked
    assert (asked.scope, asked.column, asked.descending) == (Scope.ALL, Column.READER, True)
    assert desk.names == ["P0001"]
    desk.deeds.drop_filter("my drafts")
    desk.settle()
    assert desk.list.state.filters == ()


def test_the_day_is_counted(begin: Begin) -> None:
    desk = begin()
    fill(desk.archive, 1)
    submit(desk.archive, document(study="9.0"), "anna")
    desk.archive.casebook.add_time("9.0", "anna", datetime.now(UTC), 90)
    desk.archive.casebook.add_time("9.0", "anna", datetime.now(UTC) - timedelta(days=2), 90)
    desk.deeds.count_day()
    desk.settle()
    assert (desk.list.state.submitted, desk.list.state.seconds) == (1, 90.0)


@pytest.mark.parametrize("column", list(Column))
def test_what_is_asked_for_here_is_the_same_when_it_was_saved(column: Column) -> None:
    choice = FilterChoice(("draft",), date(2020, 1, 1), None, 3, discuss=True)
    asked = Asked(Scope.MINE, "rcc", choice, column, False)
    query = query_of(asked, "anna", masked=False)
    assert query.states == (StudyState.DRAFT,)
    again = asked_of(query)
    wanted = {Column.NUMBER: Column.PATIENT}.get(column, column)
    assert again == Asked(Scope.MINE, "rcc", choice, wanted, False)
    assert query.sort in SortBy


# Finding the images of a line.


def test_a_line_that_was_not_scanned_is_found_with_the_patients_other_exams(
    begin: Begin, tmp_path: Path
) -> None:
    for year in (2020, 2024):
        write_patient(tmp_path / "images" / str(year), 7, year)
    write_patient(tmp_path / "images" / "other", 8, 2024)
    first = begin()
    first.open(tmp_path / "images")
    desk = begin("berta")
    desk.list.show_scope(Scope.ALL)
    desk.settle()
    study = desk.find("1.2.3.7.2024")
    assert isinstance(study, Study)
    assert len(study.views) == 4
    assert {one.uid for one in desk.locating.studies} == {"1.2.3.7.2024", "1.2.3.7.2020"}
    assert desk.list.study("1.2.3.7.2024") is study


def test_a_place_that_is_gone_is_named(begin: Begin, folder: Path) -> None:
    begin().open(folder)
    desk = begin("berta")
    desk.list.show_scope(Scope.ALL)
    desk.settle()
    shutil.rmtree(folder / "1")
    error = desk.find(uid(1))
    assert isinstance(error, FourviewError)
    assert str(folder / "1") in str(error)
    (folder / "1").mkdir()
    error = desk.find(uid(1))
    assert isinstance(error, FourviewError)
    assert "no longer there" in str(error)
    assert "Nobody" not in str(error)


def test_another_patient_under_the_same_uid_is_never_opened(begin: Begin, folder: Path) -> None:
    desk = begin()
    desk.open(folder)
    shutil.rmtree(folder / "1")
    write_patient(folder / "1", 1, 2021)
    stranger = IndexedStudy(uid(1), str(folder / "1"), "Somebody^Else", None, ("RCC",))
    desk.archive.sources.index([stranger], "anna")
    other = begin("berta")
    other.list.show_scope(Scope.ALL)
    other.settle()
    assert isinstance(other.find(uid(1)), FourviewError)


def test_what_comes_next_is_found_quietly_ahead(begin: Begin, folder: Path) -> None:
    begin().open(folder)
    desk = begin("berta")
    desk.list.show_scope(Scope.ALL)
    desk.settle()
    shutil.rmtree(folder / "0")
    rows = [desk.list.row(uid(number)) for number in (0, 2)]
    heard: list[int] = []
    desk.locating.look_ahead([row for row in rows if row], lambda: heard.append(1))
    desk.settle()
    assert heard == [1]
    assert [desk.locating.study(uid(number)) is not None for number in (0, 2)] == [False, True]
    assert desk.told == []


def test_more_that_is_asked_for_while_lines_are_brought_up_to_date_comes_after(
    begin: Begin,
) -> None:
    desk = begin()
    fill(desk.archive, 250)
    desk.list.show_scope(Scope.ALL)
    desk.settle()
    desk.list.refresh()
    desk.list.refresh()
    desk.list.more()
    desk.settle()
    assert len(desk.lines) == 200


def test_lines_beyond_those_that_are_asked_again_stay_behind_them(begin: Begin) -> None:
    desk = begin()
    fill(desk.archive, 1250)
    desk.list.sort(Column.PATIENT, descending=False)
    desk.settle()
    while len(desk.lines) < 1200:
        desk.list.more()
        desk.settle()
    desk.archive.sources.index([IndexedStudy("8.8", "/x", "A first", None, ("RCC",))], "anna")
    desk.list.refresh()
    desk.settle()
    assert desk.names[:2] == ["A first", "P0000"]
    assert len(desk.names) == len(set(desk.names)) == 1200
    desk.list.more()
    desk.settle()
    assert len(desk.names) == len(set(desk.names)) == 1251
