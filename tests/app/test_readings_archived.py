"""What a reader says is in the archive when the case is left, and nothing of it is ever lost."""

from __future__ import annotations

import os
import random
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from annotations.keeping import kept_reading
from annotations.keeping.folders import reading_place
from annotations.keeping.kept_reading import KeptReading
from annotations.keeping.reading_file import load_document
from annotations.keeping.time_kept import TimeKept, keep_time, times_in
from archive.archive import Archive
from archive.audit import AuditQuery, Deed
from archive.errors import ClaimedError
from archive.places import file_url
from archive.revisions.revision import ReadingState, Revision
from archive.revisions.store import RevisionQuery
from tests.archive.readings import mass, save
from tests.support.desk import Desk

STUDY, OTHER = "1.2.3.4", "1.2.3.5"
ROOT = Path(__file__).parents[2]

Sit = Callable[..., Desk]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "shared" / "archive.sqlite"


@pytest.fixture
def sit(qtbot: QtBot, tmp_path: Path, file: Path) -> Iterator[Sit]:
    """Sits a reader down; each name of a computer is a folder of readings of its own."""
    desks: list[Desk] = []

    def down(computer: str = "here", reader: str = "anna", *, start: bool = True) -> Desk:
        desk = Desk(qtbot, tmp_path / computer / "readings", lambda: file_url(file), reader)
        desks.append(desk)
        return desk.start() if start else desk

    yield down
    for one in desks:
        one.close()


def kept(file: Path, study: str = STUDY) -> tuple[Revision, ...]:
    """All revisions, the oldest first."""
    with Archive.open(file_url(file)) as archive:
        return archive.revisions.listed(RevisionQuery(study_uid=study))[::-1]


def notes(file: Path, study: str = STUDY) -> list[str]:
    with Archive.open(file_url(file)) as archive:
        found = archive.revisions.listed(RevisionQuery(study_uid=study))[::-1]
        return [archive.revisions.document(one.uid, one.reader).opinion.note for one in found]


def test_a_case_that_is_left_is_a_revision_in_the_archive(sit: Sit, file: Path) -> None:
    desk = sit()
    desk.open(STUDY)
    desk.say("a mass")
    desk.leave()

    (revision,) = kept(file)
    assert (revision.reader, revision.state) == ("anna", ReadingState.DRAFT)
    assert notes(file) == ["a mass"]


def test_a_case_that_nothing_was_changed_in_is_kept_no_second_time(sit: Sit, file: Path) -> None:
    desk = sit()
    desk.open(STUDY)
    desk.say("a mass")
    desk.leave()
    desk.open(STUDY)
    desk.leave()

    assert len(kept(file)) == 1


def test_a_change_of_a_kept_reading_is_a_revision_that_comes_from_it(sit: Sit, file: Path) -> None:
    desk = sit()
    for words in ("a mass", "no mass"):
        desk.open(STUDY)
        desk.say(words)
        desk.leave()

    first, second = kept(file)
    assert second.parents == (first.uid,)


def test_a_closed_window_leaves_nothing_out_of_the_archive(sit: Sit, file: Path) -> None:
    desk = sit()
    desk.open(STUDY)
    desk.say("a mass")
    desk.close()

    assert notes(file) == ["a mass"]


def test_a_reading_comes_back_from_the_archive_where_its_files_are_gone(
    sit: Sit, file: Path
) -> None:
    desk = sit()
    desk.open(STUDY)
    desk.say("a mass")
    desk.draw(mass())
    desk.leave()
    desk.files_gone(STUDY)

    desk.open(STUDY)
    assert desk.note == "a mass"
    assert len(desk.document.findings) == 1
    desk.leave()
    assert len(kept(file)) == 1


def test_where_only_the_document_is_gone_it_is_not_taken_for_deleted_by_the_reader(
    sit: Sit, file: Path
) -> None:
    desk = sit()
    desk.open(STUDY)
    desk.say("a mass")
    desk.leave()
    reading_place(desk.folder, STUDY, "anna").document.unlink()

    desk.open(STUDY)
    assert desk.note == "a mass"
    desk.leave()
    assert notes(file) == ["a mass"]


def test_what_another_computer_said_since_is_gone_on_from(sit: Sit, file: Path) -> None:
    here, there = sit("here"), sit("there")
    here.open(STUDY)
    here.say("a mass")
    here.leave()
    there.open(STUDY)
    assert there.note == "a mass"
    there.say("two masses")
    there.leave()

    here.open(STUDY)
    assert here.note == "two masses"
    here.say("three masses")
    here.leave()
    assert notes(file) == ["a mass", "two masses", "three masses"]
    assert [len(one.parents) for one in kept(file)] == [0, 1, 1]


def test_two_computers_that_change_one_reading_get_two_revisions_and_a_merge_of_both(
    sit: Sit, file: Path
) -> None:
    here, there = sit("here"), sit("there")
    here.open(STUDY)
    here.say("first")
    here.leave()
    here.open(STUDY)
    there.open(STUDY)
    one, other = mass(10), mass(200)
    here.draw(one)
    there.draw(other)
    here.leave()
    there.leave()
    assert len(kept(file)) == 3

    here.open(STUDY)
    assert here.readings.standing.conflict
    here.readings.case.merge()
    here.rest()
    assert {found.id for found in here.document.findings} == {one.id, other.id}
    assert not here.readings.standing.conflict
    here.leave()
    assert len(kept(file)) == 4


def test_what_two_computers_said_differently_is_told_when_they_are_merged(
    sit: Sit, file: Path
) -> None:
    here, there = sit("here"), sit("there")
    here.open(STUDY)
    there.open(STUDY)
    here.say("benign")
    there.say("malignant")
    here.leave()
    there.leave()

    there.open(STUDY)
    there.readings.case.merge()
    there.rest()
    assert there.note == "malignant"  # this computer's stands
    assert any("note was changed in both" in one for one in there.told)
    assert {"benign", "malignant"} <= set(notes(file))


def test_what_is_drawn_before_the_archive_answers_stays_beside_what_it_holds(
    sit: Sit, file: Path
) -> None:
    there = sit("there")
    there.open(STUDY)
    there.say("said there")
    there.close()
    here = sit("here", start=False)
    here.open(STUDY)
    here.say("said here")

    here.start()
    here.wait(lambda: here.readings.standing.asked)
    here.rest()
    assert here.note == "said here"
    assert here.readings.standing.conflict
    assert set(notes(file)) == {"said there", "said here"}


def test_a_locked_archive_loses_nothing_and_gets_it_with_the_next_case(
    sit: Sit, file: Path
) -> None:
    desk = sit()
    desk.open(STUDY)
    desk.say("a mass")
    assert desk.door.archive is not None
    desk.door.archive.database.engine.dispose()
    desk.door.archive.database._wait_s = 0.1
    desk.door.archive.database.engine = desk.door.archive.database._engine()
    with closing(sqlite3.connect(file)) as other:
        other.execute("BEGIN IMMEDIATE")
        desk.leave()
        assert any("Kept as a file only" in one for one in desk.told)
        other.rollback()
    saved = load_document(reading_place(desk.folder, STUDY, "anna").document)
    assert saved.document.opinion.note == "a mass"
    assert notes(file) == []

    desk.open(OTHER)
    desk.rest()
    assert notes(file) == ["a mass"]


def test_a_window_that_is_closed_while_the_archive_is_locked_goes_soon_and_loses_nothing(
    sit: Sit, file: Path
) -> None:
    desk = sit()
    desk.open(STUDY)
    desk.say("a mass")
    with closing(sqlite3.connect(file)) as other:
        other.execute("BEGIN IMMEDIATE")
        began = time.monotonic()
        desk.readings.close()
        desk.readings.finish(0.5)
        assert time.monotonic() - began < 5
        other.rollback()
    desk.close()

    again = sit()
    again.wait(lambda: again.door.archive is not None)
    again.rest()
    assert notes(file) == ["a mass"]


def test_when_much_was_drawn_it_is_a_revision_before_the_case_is_left(
    sit: Sit, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kept_reading, "COMPACT_BYTES", 100)
    desk = sit()
    desk.open(STUDY)
    desk.say("a mass")
    desk.rest()
    assert notes(file) == ["a mass"]
    desk.say("two masses")
    desk.leave()
    assert [len(one.parents) for one in kept(file)] == [0, 1]


def test_cases_that_are_gone_through_quickly_are_in_nobodys_hand(sit: Sit, file: Path) -> None:
    desk = sit()
    for number in range(6):
        desk.ask_for(f"{STUDY}.{number}")
    desk.leave()
    with Archive.open(file_url(file)) as archive:
        assert archive.claims.held("anna") == ()


def test_what_an_archive_that_could_not_be_used_lacks_it_gets_at_the_next_start(
    sit: Sit, file: Path
) -> None:
    file.parent.mkdir(parents=True)
    file.write_bytes(b"this is no database, and long enough to be looked at" * 40)
    first = sit()
    first.open(STUDY)
    first.say("a mass")
    first.close()
    file.unlink()

    second = sit()
    second.wait(lambda: second.door.archive is not None)
    second.rest()
    assert notes(file) == ["a mass"]
    assert any("1 reading kept in the archive" in one for one in second.told)


def test_readings_from_before_there_was_an_archive_move_in_once(sit: Sit, file: Path) -> None:
    old = sit(start=False)
    for study in (STUDY, OTHER):
        old.open(study)
        old.say(f"of {study}")
        old.leave()
    old.close()

    for _ in range(2):
        desk = sit()
        desk.wait(lambda desk=desk: desk.door.archive is not None)
        desk.rest()
        desk.close()
    assert notes(file, STUDY) == [f"of {STUDY}"]
    assert notes(file, OTHER) == [f"of {OTHER}"]


def test_a_submitted_reading_is_read_only_here_and_on_other_computers(sit: Sit, file: Path) -> None:
    here, there = sit("here"), sit("there")
    here.open(STUDY)
    here.say("a mass")
    here.readings.submit()
    here.rest()
    assert kept(file)[-1].state is ReadingState.SUBMITTED
    assert "submitted" in here.refusal
    there.open(STUDY)
    assert there.note == "a mass"
    assert "submitted" in there.refusal


def test_a_submitted_reading_stays_read_only_while_the_archive_is_away(
    sit: Sit, file: Path
) -> None:
    first = sit()
    first.open(STUDY)
    first.say("a mass")
    first.readings.submit()
    first.rest()
    first.close()

    second = sit(start=False)
    second.open(STUDY)
    assert "submitted" in second.refusal


def test_a_correction_says_why_and_can_be_submitted_again(sit: Sit, file: Path) -> None:
    desk = sit()
    desk.open(STUDY)
    desk.say("a mass")
    desk.readings.submit()
    desk.rest()
    desk.readings.correct("the other breast")
    desk.rest()
    assert not desk.refusal
    desk.say("a mass on the left")
    desk.readings.submit()
    desk.rest()

    *_, corrected, submitted = kept(file)
    assert corrected.why == "the other breast"
    assert submitted.state is ReadingState.SUBMITTED
    assert notes(file)[-1] == "a mass on the left"


def test_a_correction_goes_on_after_the_program_ended(sit: Sit, file: Path) -> None:
    first = sit()
    first.open(STUDY)
    first.say("a mass")
    first.readings.submit()
    first.rest()
    first.readings.correct("the other breast")
    first.rest()
    first.close()

    second = sit()
    second.open(STUDY)
    assert second.readings.standing.correcting
    second.say("a mass on the left")
    second.leave()
    assert kept(file)[-1].why == "the other breast"


def test_while_a_case_is_in_another_hand_it_can_only_be_looked_at(sit: Sit, file: Path) -> None:
    anna, ben = sit("here", "anna"), sit("there", "ben")
    anna.open(STUDY)
    anna.say("a mass")
    ben.open(STUDY)

    assert "Another reader" in ben.refusal
    ben.leave()
    assert {one.reader for one in (*kept(file),)} <= {"anna"}


def test_who_only_looked_at_a_case_keeps_nobody_else_from_it(sit: Sit, file: Path) -> None:
    anna, ben = sit("here", "anna"), sit("there", "ben")
    anna.open(STUDY)
    anna.leave()
    ben.open(STUDY)

    assert not ben.refusal
    assert kept(file) == ()


def test_a_case_that_is_put_aside_stays_the_readers_and_goes_on_when_it_is_opened(
    sit: Sit, file: Path
) -> None:
    anna, ben = sit("here", "anna"), sit("there", "ben")
    anna.open(STUDY)
    anna.say("a mass")
    anna.readings.case.hand("suspend")
    anna.rest()
    assert "in hand" in anna.refusal
    anna.leave()
    ben.open(STUDY)
    assert ben.refusal
    anna.open(STUDY)
    assert not anna.refusal


def test_a_case_that_is_given_back_is_free_for_another(sit: Sit, file: Path) -> None:
    anna = sit("here", "anna")
    anna.open(STUDY)
    anna.say("a mass")
    anna.readings.case.hand("release")
    anna.rest()
    with Archive.open(file_url(file)) as archive:
        archive.claims.claim(STUDY, "ben")
        with pytest.raises(ClaimedError):
            archive.claims.claim(STUDY, "cleo")
    anna.readings.case.hand("claim")
    anna.rest()
    assert any("another reader" in one for one in anna.told)


def test_a_second_reader_agrees_with_a_reading_that_is_looked_at(sit: Sit, file: Path) -> None:
    anna, ben = sit("here", "anna"), sit("there", "ben")
    anna.open(STUDY)
    anna.say("a mass")
    anna.readings.submit()
    anna.rest()
    ben.open(STUDY)
    (theirs,) = ben.readings.standing.others
    ben.readings.look(theirs)
    ben.rest()
    assert ben.readings.open is not None
    assert ben.readings.open.document.opinion.note == "a mass"
    assert ben.readings.open.read_only
    assert ben.readings.reader == "anna"
    ben.readings.case.promote(theirs, ReadingState.REVIEWED, lambda _made: None)
    ben.rest()

    assert (kept(file)[-1].state, kept(file)[-1].made_by) == (ReadingState.REVIEWED, "ben")
    ben.readings.look_back()
    assert ben.readings.open is ben.readings.own


def test_looking_at_an_earlier_revision_changes_nothing(sit: Sit, file: Path) -> None:
    desk = sit()
    for words in ("first", "second"):
        desk.open(STUDY)
        desk.say(words)
        desk.leave()
    desk.open(STUDY)
    desk.readings.look(kept(file)[0])
    desk.rest()
    assert desk.readings.open is not None
    assert desk.readings.open.document.opinion.note == "first"
    desk.leave()

    assert notes(file) == ["first", "second"]
    desk.open(STUDY)
    assert desk.note == "second"


def test_time_and_openings_are_noted(sit: Sit, file: Path) -> None:
    desk = sit()
    clock = [100.0]
    desk.readings.clock._now = lambda: clock[0]
    desk.open(STUDY)
    desk.say("a mass")
    clock[0] += 30
    desk.readings.clock.touch()
    clock[0] += 3600  # away for an hour
    desk.leave()

    with Archive.open(file_url(file)) as archive:
        assert archive.casebook.time(STUDY, "anna") == pytest.approx(150)
        opened = archive.audit.entries(AuditQuery(did=(Deed.OPENED,)))
    assert [(one.who, one.study_uid) for one in opened] == [("anna", STUDY)]


@pytest.mark.parametrize("ended", ["left", "closed", "locked"])
def test_time_is_noted_once_though_the_archive_was_away_when_it_ended(
    sit: Sit, file: Path, ended: str
) -> None:
    file.parent.mkdir(parents=True)
    if ended != "locked":
        file.write_bytes(b"this is no database, and long enough to be looked at" * 40)
    desk = sit()
    clock = [100.0]
    desk.readings.clock._now = lambda: clock[0]
    desk.open(STUDY)
    clock[0] += 50
    if ended == "left":
        desk.leave()
    if ended == "locked":
        with closing(sqlite3.connect(file)) as other:
            other.execute("BEGIN IMMEDIATE")
            desk.readings.close()
            desk.readings.finish(0.2)
            other.rollback()
    desk.close()
    if ended != "locked":
        file.unlink()

    for _ in range(2):
        again = sit()
        again.wait(lambda again=again: again.door.archive is not None)
        again.rest()
        again.close()
    with Archive.open(file_url(file)) as archive:
        assert archive.casebook.time(STUDY, "anna") == pytest.approx(50)
    assert not list(desk.folder.glob("*/*.times"))


def test_a_time_that_was_handed_in_before_a_crash_is_not_counted_twice(
    sit: Sit, file: Path
) -> None:
    spent = TimeKept(study_uid=STUDY, reader="anna", began=datetime.now(UTC), seconds=40.0)
    desk = sit(start=False)
    with Archive.open(file_url(file)) as archive:
        archive.casebook.add_time(STUDY, "anna", spent.began, spent.seconds)
    assert keep_time(desk.folder, spent)
    damaged = next(desk.folder.glob("*/*.times")) / "x.json"
    damaged.write_text("{")
    desk.start()
    desk.wait(lambda: desk.door.archive is not None)
    desk.rest()
    with Archive.open(file_url(file)) as archive:
        assert archive.casebook.time(STUDY, "anna") == pytest.approx(40)
    assert list(times_in(desk.folder)) == []
    assert damaged.exists()


def test_what_is_to_be_discussed_is_said_to_who_opens_the_case(sit: Sit) -> None:
    desk = sit()
    desk.open(STUDY)
    desk.readings.case.discuss("which breast")
    desk.rest()
    desk.leave()
    desk.open(STUDY)
    assert desk.readings.standing.discuss == "which breast"
    desk.readings.case.discuss(None)
    desk.rest()
    assert desk.readings.standing.discuss is None


@pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGKILL")
@pytest.mark.parametrize("moment", ["before it is saved", "after it is saved"])
def test_a_program_that_is_killed_while_a_case_is_left_keeps_it_once(
    sit: Sit, file: Path, tmp_path: Path, moment: str
) -> None:
    _killed(tmp_path / "here" / "readings", file, moment)

    desk = sit()
    desk.wait(lambda: desk.door.archive is not None)
    desk.rest()
    desk.open(STUDY)
    assert desk.note == "said before the end"
    desk.say("said afterwards")
    desk.leave()
    assert notes(file) == ["said before the end", "said afterwards"]
    assert [len(one.parents) for one in kept(file)] == [0, 1]


@pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGKILL")
def test_what_was_saved_without_it_being_told_is_gone_on_from_without_a_conflict(
    sit: Sit, file: Path, tmp_path: Path
) -> None:
    _killed(tmp_path / "here" / "readings", file, "after it is saved")
    away = sit(start=False)
    away.open(STUDY)
    away.say("said while the archive was away")
    away.close()

    desk = sit()
    desk.wait(lambda: desk.door.archive is not None)
    desk.rest()
    assert notes(file) == ["said before the end", "said while the archive was away"]
    assert [len(one.parents) for one in kept(file)] == [0, 1]


def test_a_damaged_note_beside_a_reading_costs_nothing(sit: Sit, file: Path) -> None:
    desk = sit()
    desk.open(STUDY)
    desk.say("a mass")
    desk.leave()
    reading_place(desk.folder, STUDY, "anna").begun_from.write_bytes(b"{half of")
    desk.open(STUDY)
    assert desk.note == "a mass"
    desk.say("two masses")
    desk.leave()
    assert [len(one.parents) for one in kept(file)] == [0, 1]


def test_a_reading_that_was_brought_in_meanwhile_is_gone_on_from(sit: Sit, file: Path) -> None:
    with Archive.open(file_url(file)) as archive:
        save(archive, "brought in")
    desk = sit()
    desk.open(STUDY)
    assert desk.note == "brought in"


def test_a_folder_of_readings_that_another_window_has_open_is_left_alone(
    sit: Sit, file: Path
) -> None:
    desk = sit()
    other = KeptReading.open(desk.folder, STUDY, "anna", post=lambda call: None)
    desk.open(STUDY)
    assert "another window" in desk.refusal
    desk.leave()
    other.close()
    assert kept(file) == ()


@pytest.mark.parametrize("seed", range(4))
def test_whatever_two_computers_do_in_turn_every_finding_is_in_what_is_merged_at_last(
    sit: Sit, file: Path, seed: int
) -> None:
    chance = random.Random(seed)
    desks = [sit("here"), sit("there")]
    drawn = set()
    for _ in range(14):
        desk = chance.choice(desks)
        if desk.readings.own is None:
            desk.open(STUDY, still=chance.random() < 0.5)
        elif desk.refusal:
            desk.readings.correct("something was missed")
            desk.rest()
        else:
            one = mass(chance.uniform(0, 500))
            desk.draw(one)
            drawn.add(one.id)
            chance.choice([desk.leave, desk.readings.case.merge, desk.readings.submit, desk.rest])()
            desk.rest()
    for desk in desks:
        desk.leave()

    last = desks[0]
    last.open(STUDY)
    last.readings.case.merge()
    last.rest()
    assert {one.id for one in last.document.findings} == drawn
    last.leave()
    assert len(kept(file)) == len({one.uid for one in kept(file)})


def _killed(folder: Path, file: Path, moment: str) -> None:
    """A program that said something on a computer, and was killed at a moment of leaving."""
    asked = [sys.executable, "-m", "tests.support.leaver_to_kill"]
    ended = subprocess.run(
        [*asked, str(folder), file_url(file), STUDY, moment],
        cwd=ROOT,
        capture_output=True,
        timeout=120,
        check=False,
    )
    assert ended.returncode == -9, ended.stderr.decode()
