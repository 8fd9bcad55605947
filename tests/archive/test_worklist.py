from __future__ import annotations

import threading
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from archive.archive import Archive
from archive.errors import ClaimedError, KeptError, UnknownEntryError
from archive.revisions.double import Rules
from archive.worklist.indexing import indexed, place_of
from archive.worklist.listing import worklist_rows
from archive.worklist.query import SortBy, WorklistQuery, query_from_json, query_to_json
from archive.worklist.study import IndexedStudy, StudyState
from domain.study import ImageRef, Patient, Study
from tests.archive.readings import STUDY, document, save, submit
from tests.support.views import a_view

STUDIES = (
    IndexedStudy("1.1", "/a", "Meier^Anna", date(2020, 5, 1), ("RCC", "LCC"), 1),
    IndexedStudy("1.2", "/b", "Huber^Eva", date(2021, 6, 2), ("RCC", "LCC", "RMLO"), 3),
    IndexedStudy("1.3", "/c", "Ämter_50%", None, ("LMLO",), 2),
)


@pytest.fixture
def listed(archive: Archive) -> Archive:
    archive.sources.add("/data", "anna")
    archive.sources.index(STUDIES, "anna", source="/data")
    return archive


def found(archive: Archive, **asked: object) -> list[str]:
    return [row.uid for row in archive.worklist(WorklistQuery(**asked)).rows]  # type: ignore[arg-type]


def test_a_row_shows_what_was_indexed(listed: Archive) -> None:
    row = listed.worklist(WorklistQuery(text="meier")).rows[0]
    assert (row.patient, row.studied, row.views) == ("Meier^Anna", date(2020, 5, 1), "RCC LCC")
    assert (row.state, row.location, row.priority) == (StudyState.NEW, "/a", 1)
    assert listed.worklist(WorklistQuery(text="ämter")).rows[0].studied is None
    assert listed.sources.all()[0].seen is not None


@pytest.mark.parametrize(
    ("text", "uids"),
    [
        ("MEIER", ["1.1"]),
        ("rcc", ["1.1", "1.2"]),
        ("rcc 2021", ["1.2"]),
        ("50%", ["1.3"]),
        ("_5", ["1.3"]),
        ("%", ["1.3"]),
        ("nobody", []),
        ("", ["1.1", "1.2", "1.3"]),
    ],
)
def test_a_text_finds_every_word_literally(listed: Archive, text: str, uids: list[str]) -> None:
    assert sorted(found(listed, text=text)) == uids


@pytest.mark.parametrize("sort", list(SortBy))
@pytest.mark.parametrize("descending", [False, True])
def test_pages_join_to_the_whole_in_order(listed: Archive, sort: SortBy, descending: bool) -> None:
    whole = found(listed, sort=sort, descending=descending)
    query, paged = WorklistQuery(sort=sort, descending=descending, most=1), []
    while True:
        page = listed.worklist(query)
        assert page.total == 3
        paged += [row.uid for row in page.rows]
        if page.end is None:
            break
        query = WorklistQuery(sort=sort, descending=descending, most=1, after=page.end)
    assert paged == whole
    assert sorted(paged) == ["1.1", "1.2", "1.3"]


def test_columns_sort_by_value(listed: Archive) -> None:
    assert found(listed, sort=SortBy.PRIORITY, descending=True) == ["1.2", "1.3", "1.1"]
    assert found(listed, sort=SortBy.DATE) == ["1.3", "1.1", "1.2"]


def test_filters_narrow_together(listed: Archive) -> None:
    save(listed, document(study="1.1"), "anna")
    assert found(listed, states=(StudyState.DRAFT,)) == ["1.1"]
    assert found(listed, reader="ann") == ["1.1"]
    assert found(listed, since=date(2021, 1, 1), until=date(2021, 12, 31)) == ["1.2"]
    assert found(listed, text="rcc", since=date(2021, 1, 1)) == ["1.2"]
    assert found(listed, project="main", text="huber") == ["1.2"]
    assert found(listed, project="other") == []


def test_indexing_again_brings_up_to_date_and_keeps_what_readers_did(listed: Archive) -> None:
    save(listed, document(study="1.1"), "anna")
    listed.sources.index([IndexedStudy("1.1", "/moved", "Meier^Anna", None, ("RCC",))], "anna")
    row = listed.worklist(WorklistQuery(text="meier")).rows[0]
    assert (row.location, row.views, row.state) == ("/moved", "RCC", StudyState.DRAFT)
    assert row.priority == 1
    assert listed.worklist(WorklistQuery()).total == 3


def test_a_study_that_was_scanned_is_indexed_by_name_date_and_place() -> None:
    study = Study("1.9", Patient("17", name="Meier^Anna"), (), date(2020, 1, 2))
    assert indexed(study) == IndexedStudy("1.9", "", "Meier^Anna", date(2020, 1, 2))


def test_what_is_printed_of_a_row_names_no_patient(listed: Archive) -> None:
    assert "Meier" not in repr(listed.worklist(WorklistQuery()).rows)
    assert "Meier" not in repr(STUDIES)


def test_a_claim_keeps_others_out_until_it_is_released(listed: Archive) -> None:
    listed.claims.claim("1.1", "anna")
    with pytest.raises(ClaimedError, match="another reader"):
        listed.claims.claim("1.1", "berta")
    assert found(listed, mine=True, viewer="anna") == ["1.1"]
    assert listed.worklist(WorklistQuery(text="meier")).rows[0].reader == "anna"
    listed.claims.release("1.1", "anna")
    assert listed.claims.claim("1.1", "berta").reader == "berta"


def test_a_draft_that_was_given_back_keeps_nobody_out(listed: Archive) -> None:
    listed.claims.claim("1.1", "anna")
    save(listed, document(study="1.1"), "anna")
    listed.claims.release("1.1", "anna")
    listed.claims.claim("1.1", "berta")
    with pytest.raises(ClaimedError):
        listed.claims.claim("1.1", "anna")


def test_a_study_that_was_read_is_not_read_again_by_another(archive: Archive) -> None:
    submit(archive, document(), "anna")
    with pytest.raises(ClaimedError):
        archive.claims.claim(STUDY, "berta")
    assert archive.claims.claim(STUDY, "anna").reader == "anna"


def test_a_suspended_study_stays_the_readers_and_goes_on(listed: Archive) -> None:
    began = listed.claims.claim("1.1", "anna")
    listed.claims.suspend("1.1", "anna")
    assert listed.claims.held("anna")[0].suspended
    with pytest.raises(ClaimedError):
        listed.claims.claim("1.1", "berta")
    assert listed.claims.claim("1.1", "anna") == began


def test_what_a_reader_does_not_hold_can_not_be_released(listed: Archive) -> None:
    with pytest.raises(UnknownEntryError, match="in hand"):
        listed.claims.release("1.1", "anna")


@pytest.mark.parametrize("wanted", [1, 2])
def test_readers_who_claim_at_once_never_get_more_seats_than_there_are(
    url: str, wanted: int
) -> None:
    got: list[str] = []
    with Archive.open(url) as archive:
        archive.double.set_rules(Rules(wanted), "head")
        archive.sources.index([IndexedStudy("1.1")], "head")
    gate = threading.Barrier(6)

    def take(reader: str) -> None:
        with Archive.open(url) as own:
            gate.wait()
            with suppress(ClaimedError):
                got.append(own.claims.claim("1.1", reader).reader)

    threads = [threading.Thread(target=take, args=(f"reader {n}",)) for n in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(got) == wanted


def test_the_next_free_study_comes_in_the_lists_order(listed: Archive) -> None:
    query = WorklistQuery(sort=SortBy.PRIORITY, descending=True)
    taken = [listed.claims.claim_next(query, who) for who in ("anna", "berta", "anna", "berta")]
    assert [one.study_uid if one else None for one in taken] == ["1.2", "1.3", "1.1", None]


def test_assigned_studies_are_the_readers_until_withdrawn(listed: Archive) -> None:
    for _ in range(2):
        listed.claims.assign("1.3", "anna", "head")
    assert found(listed, mine=True, viewer="anna") == ["1.3"]
    listed.claims.withdraw("1.3", "anna", "head")
    assert found(listed, mine=True, viewer="anna") == []


def test_a_flag_for_discussion_is_raised_and_settled_and_stays_on_record(listed: Archive) -> None:
    listed.casebook.discuss("1.1", "anna", "new since prior?")
    assert found(listed, discuss=True) == ["1.1"]
    listed.casebook.settle("1.1", "berta")
    assert found(listed, discuss=True) == []
    (told,) = listed.casebook.discussions("1.1")
    assert (told.note, told.raised_by) == ("new since prior?", "anna")
    assert told.settled is not None


def test_time_and_the_days_studies_are_counted(archive: Archive) -> None:
    midnight = datetime.now(UTC) - timedelta(hours=1)
    submit(archive, document(), "anna")
    submit(archive, document(study="1.7"), "anna")
    archive.casebook.add_time(STUDY, "anna", midnight + timedelta(minutes=1), 90)
    archive.casebook.add_time(STUDY, "anna", midnight - timedelta(days=2), 30.5)
    assert archive.casebook.time(STUDY, "anna") == 120.5
    day = archive.casebook.day("anna", midnight)
    assert (day.submitted, day.seconds) == (2, 90.0)
    assert archive.casebook.day("berta", midnight).submitted == 0


def test_a_saved_filter_asks_the_same_again(listed: Archive) -> None:
    query = WorklistQuery(
        text="rcc", states=(StudyState.NEW,), since=date(2020, 1, 1), sort=SortBy.DATE
    )
    listed.casebook.save_filter("anna", "mine", WorklistQuery())
    listed.casebook.save_filter("anna", "mine", query)
    assert listed.casebook.filters("anna") == {"mine": query}
    assert listed.casebook.filters("berta") == {}
    listed.casebook.drop_filter("anna", "mine")
    assert listed.casebook.filters("anna") == {}


def test_a_filter_that_a_newer_program_saved_is_refused() -> None:
    saved = {**query_to_json(WorklistQuery()), "colour": "red"}
    with pytest.raises(KeptError, match="filter"):
        query_from_json(saved)


def test_sources_are_remembered(archive: Archive, tmp_path: Path) -> None:
    archive.sources.add(str(tmp_path), "anna")
    archive.sources.add(str(tmp_path), "anna", watched=False)
    (source,) = archive.sources.all()
    assert (source.location, source.watched, source.seen) == (str(tmp_path), False, None)


def test_priorities_change_the_order(listed: Archive) -> None:
    listed.sources.set_priority(["1.1"], 9)
    assert found(listed, descending=True)[0] == "1.1"


def test_a_row_says_who_has_it_in_hand_who_put_it_aside_and_who_is_to_read_it(
    listed: Archive,
) -> None:
    listed.claims.claim("1.1", "anna")
    listed.claims.suspend("1.1", "anna")
    listed.claims.assign("1.2", "berta", "head")
    rows = {row.uid: row for row in listed.worklist(WorklistQuery(viewer="carla")).rows}
    assert (rows["1.1"].holders, rows["1.1"].put_aside) == (("anna",), ("anna",))
    assert (rows["1.2"].holders, rows["1.2"].assigned) == ((), ("berta",))


def test_blind_reading_shows_a_reader_no_other_hand(listed: Archive) -> None:
    listed.double.set_rules(Rules(2, blind=True), "head")
    listed.claims.claim("1.1", "anna")
    listed.claims.assign("1.1", "berta", "head")
    row = worklist_rows(listed.database, ["1.1"], "berta")["1.1"]
    assert (row.holders, row.assigned) == ((), ("berta",))


def test_studies_are_looked_up_by_their_uids(listed: Archive) -> None:
    found_rows = worklist_rows(listed.database, ["1.2", "9.9", "1.1"], "anna")
    assert sorted(found_rows) == ["1.1", "1.2"]
    assert found_rows["1.2"].location == "/b"


def test_masked_names_can_not_be_searched_but_dates_and_views_can(listed: Archive) -> None:
    assert found(listed, text="meier", masked=True) == []
    assert found(listed, text="rmlo 2021", masked=True) == ["1.2"]


def test_all_studies_of_one_patient_are_found_by_the_whole_name(listed: Archive) -> None:
    assert found(listed, patient="Meier^Anna") == ["1.1"]
    assert found(listed, patient="Meier") == []


def test_a_study_that_is_opened_by_a_part_of_it_keeps_what_was_known(listed: Archive) -> None:
    part = IndexedStudy("1.1", "/a/one.dcm", "Meier^Anna", None, ("RCC",))
    new = IndexedStudy("1.9", "/x", "Neu", None, ("RCC",))
    grown = IndexedStudy("1.3", "/c2", "Neu", None, ("LMLO", "LCC"))
    listed.sources.index([part, new, grown], "anna", partly=True)
    rows = worklist_rows(listed.database, ["1.1", "1.3", "1.9"], "anna")
    assert (rows["1.1"].location, rows["1.1"].views) == ("/a", "RCC LCC")
    assert [rows[uid].location for uid in ("1.3", "1.9")] == ["/c2", "/x"]


def test_a_removed_source_takes_its_untouched_studies_with_it(listed: Archive) -> None:
    listed.claims.claim("1.1", "anna")
    listed.sources.index([STUDIES[1]], "anna")  # opened by hand, without its source
    assert listed.sources.remove("/data") == 2
    assert found(listed) == ["1.1"]
    assert listed.sources.all() == ()
    assert listed.sources.remove("/data") == 0


def test_readers_are_known_by_what_they_did_or_are_to_do(listed: Archive) -> None:
    listed.claims.claim("1.1", "berta")
    listed.claims.assign("1.2", "Carla", "head")
    save(listed, document(study="1.3"), "anna")
    assert listed.claims.readers() == ("anna", "berta", "Carla")


def test_a_study_lies_in_the_least_that_holds_all_its_views() -> None:
    def placed(*refs: tuple[str, str | None]) -> str:
        views = tuple(replace(a_view("RCC"), ref=ImageRef(path, member)) for path, member in refs)
        return place_of(Study("1.9", Patient("17"), views))

    assert placed(("/data/p1/a.dcm", None), ("/data/p1/b.dcm", None)) == "/data/p1"
    assert placed(("/data/p1/a/1.dcm", None), ("/data/p1/b/1.dcm", None)) == "/data/p1"
    assert placed(("/data/all.zip", "a.dcm"), ("/data/all.zip", "b.dcm")) == "/data/all.zip"
    assert placed(("/data/a.dcm", None)) == "/data/a.dcm"
    assert placed(("/data/p1/a.dcm", None), ("/mnt/b.dcm", None)) == "/data/p1"
    assert placed() == ""
