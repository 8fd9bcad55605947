"""``fourview export`` and ``import`` on an archive, and what the audit tells of them."""

from __future__ import annotations

import json
from pathlib import Path
from uuid import UUID

import numpy as np
import pytest

from annotations.document.document import Document
from annotations.exchange.format import Aspect
from annotations.keeping.folders import reading_place
from annotations.keeping.reading_file import save_document
from app.cli.main import exit_code
from app.settings.store import SettingsStore
from archive.archive import Archive
from archive.audit import Audit, AuditQuery, Deed, Entry
from archive.errors import UnusableArchiveError
from archive.places import file_url
from archive.revisions.revision import NewRevision, ReadingState
from archive.revisions.store import RevisionQuery
from archive.worklist.indexing import indexed
from domain.finding import Finding, FindingKind, FindingStatus, Geometry, ReaderProvenance
from domain.geometry import Box, ImageSize
from domain.mask import RleMask
from domain.study import Study
from tests.support.small_studies import SHAPE, write_patients

WHO = "tester"


@pytest.fixture
def studies(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Study, ...]:
    monkeypatch.setenv("FOURVIEW_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("FOURVIEW_CACHE", str(tmp_path / "cache"))
    monkeypatch.delenv("FOURVIEW_ARCHIVE", raising=False)
    for name in ("LOGNAME", "USER"):
        monkeypatch.setenv(name, WHO)
    return write_patients(tmp_path / "images", 3)


def read(study: Study, number: int) -> Document:
    uid = study.views[0].ref.uid
    mask = RleMask.of(np.tril(np.ones((9, 9))), ImageSize(*SHAPE), 40, 60)
    places = (Geometry(uid, mask=mask), Geometry(uid, box=Box(40, 60, 60, 80)))
    return Document(
        study.uid,
        tuple(
            Finding(
                UUID(int=10 * number + at + 1),
                FindingKind.MASS,
                (place,),
                ReaderProvenance("anna"),
                FindingStatus.ACCEPTED,
            )
            for at, place in enumerate(places)
        ),
    )


@pytest.fixture
def kept(studies: tuple[Study, ...]) -> tuple[Study, ...]:
    """Three studies that anna has read, two of them submitted; the archive knows where they lie."""
    with Archive.open() as archive:
        archive.sources.index([indexed(one) for one in studies], "anna")
        for number, study in enumerate(studies):
            made = archive.revisions.save(NewRevision(read(study, number), "anna"))
            if number:
                archive.revisions.promote(made.uid, ReadingState.SUBMITTED, "anna")
    return studies


def audit(did: Deed, url: str = "") -> list[Entry]:
    with Archive.open(url) as archive:
        return [one for one in archive.audit.entries(AuditQuery()) if one.did is did]


def findings_in(url: str) -> dict[str, set[UUID]]:
    with Archive.open(url) as archive:
        listed = archive.revisions.listed(RevisionQuery())
        return {
            one.study_uid: set(archive.revisions.document(one.uid, one.reader).by_id)
            for one in listed
        }


def test_an_archive_goes_out_and_into_another_one(kept: tuple[Study, ...], tmp_path: Path) -> None:
    out, other = tmp_path / "out", file_url(tmp_path / "other" / "archive.sqlite")
    assert exit_code(["export", "--archive", "own", "--format", "cad-sr", "--out", str(out)]) == 0
    typed = ["import", str(out), "--archive", other, "--images", str(tmp_path / "images")]
    assert exit_code(typed) == 0
    back = findings_in(other)
    assert back == {one.uid: set(read(one, at).by_id) for at, one in enumerate(kept)}
    with Archive.open(other) as archive:
        heads = archive.revisions.heads(kept[0].uid, "anna")
    assert [one.state for one in heads] == [ReadingState.DRAFT]


def test_submitted_readings_alone_leave_when_that_is_asked_for(
    kept: tuple[Study, ...], tmp_path: Path
) -> None:
    out = tmp_path / "out"
    typed = ["export", "--archive", "own", "--submitted", "--out", str(out)]
    assert exit_code(typed) == 0
    told = json.loads((out / "fourview.json").read_text())
    uids = {one["document"]["study_uid"] for one in told["readings"]}
    assert uids == {kept[1].uid, kept[2].uid}


def test_images_are_found_where_the_archive_saw_them_and_missing_ones_are_told(
    kept: tuple[Study, ...], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for file in (tmp_path / "images" / "1").glob("*.dcm"):
        file.unlink()
    out = tmp_path / "out"
    assert exit_code(["export", "--archive", "own", "--format", "seg", "--out", str(out)]) == 0
    assert len(list(out.glob("seg_*.dcm"))) == 2
    losses = {one["what"]: one["count"] for one in json.loads((out / "losses.json").read_text())}
    assert losses[Aspect.ABSENT.value] == 1
    assert Aspect.ABSENT.value in capsys.readouterr().out


def test_the_audit_tells_who_took_how_many_out_in_which_format(
    kept: tuple[Study, ...], tmp_path: Path
) -> None:
    typed = ["export", "--archive", "own", "--format", "coco", "--anonymize"]
    assert exit_code([*typed, "--out", str(tmp_path / "out")]) == 0
    (line,) = audit(Deed.EXPORTED)
    assert line.who == WHO
    assert dict(line.detail) == {
        "format": "coco",
        "readings": 3,
        "findings": 6,
        "studies": sorted(one.uid for one in kept),
        "anonymised": True,
    }


def test_the_audit_of_a_study_tells_that_it_left(
    kept: tuple[Study, ...], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    typed = ["export", "--submitted", "--out", str(tmp_path / "out")]
    assert exit_code(typed) == 0
    with Archive.open() as archive:
        left = [
            [one.did for one in archive.audit.entries(AuditQuery(study_uid=study.uid))].count(
                Deed.EXPORTED
            )
            for study in kept
        ]
        beginning = archive.audit.entries(AuditQuery(study_uid=kept[1].uid[:-1]))
    assert left == [0, 1, 1]
    assert beginning == ()
    capsys.readouterr()
    assert exit_code(["archive", "audit", "--study", kept[1].uid, "--json"]) == 0
    told = [one for one in json.loads(capsys.readouterr().out) if one["did"] == "exported"]
    assert told[0]["detail"]["studies"] == sorted(one.uid for one in kept[1:])


def test_what_cannot_be_noted_does_not_leave(
    kept: tuple[Study, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_told: object, **_more: object) -> None:
        raise UnusableArchiveError("the disk is full")

    monkeypatch.setattr(Audit, "add", refuse)
    out = tmp_path / "out"
    assert exit_code(["export", "--archive", "own", "--out", str(out)]) == 2
    assert not out.exists()
    assert not list(tmp_path.glob(".out*"))


def test_own_files_that_leave_or_come_in_are_noted_too(
    studies: tuple[Study, ...], tmp_path: Path
) -> None:
    place = reading_place(tmp_path / "data" / "readings", studies[0].uid, "anna")
    save_document(place.document, read(studies[0], 0), reader="anna", sequence=1)
    out = tmp_path / "out"
    with Archive.open():
        pass
    files = ["--readings", str(tmp_path / "data" / "readings")]
    assert exit_code(["export", *files, "--out", str(out)]) == 0
    assert exit_code(["import", str(out), *files, "--reader", "bob"]) == 0
    (gone,), (come,) = audit(Deed.EXPORTED), audit(Deed.IMPORTED)
    assert (gone.who, gone.detail["readings"], gone.detail["format"]) == (WHO, 1, "json")
    assert (come.who, come.detail["readings"], come.detail["findings"]) == (WHO, 1, 2)


def test_without_a_word_readings_leave_the_archive_and_come_into_it(
    kept: tuple[Study, ...], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out, images = tmp_path / "out", str(tmp_path / "images")
    assert exit_code(["export", "--format", "cad-sr", "--out", str(out)]) == 0
    assert "may say more" not in capsys.readouterr().err
    (tmp_path / "data" / "archive.sqlite").rename(tmp_path / "put aside.sqlite")
    with Archive.open():
        pass
    assert exit_code(["import", str(out), "--images", images]) == 0
    assert findings_in("") == {one.uid: set(read(one, at).by_id) for at, one in enumerate(kept)}
    assert not (tmp_path / "data" / "readings").exists()


def test_before_there_is_an_archive_the_folder_of_readings_is_meant_and_none_is_made(
    studies: tuple[Study, ...], tmp_path: Path
) -> None:
    place = reading_place(tmp_path / "data" / "readings", studies[0].uid, "anna")
    save_document(place.document, read(studies[0], 0), reader="anna", sequence=1)
    out = tmp_path / "out"
    assert exit_code(["export", "--out", str(out)]) == 0
    assert exit_code(["import", str(out), "--reader", "bob"]) == 0
    assert len(list((tmp_path / "data" / "readings").rglob("*.json"))) == 2
    assert not (tmp_path / "data" / "archive.sqlite").exists()


def test_the_archive_of_the_settings_is_the_usual_one(
    kept: tuple[Study, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shared = tmp_path / "shared.sqlite"
    (tmp_path / "data" / "archive.sqlite").rename(shared)
    store = SettingsStore(tmp_path / "config" / "settings.toml")
    settings = store.load().settings
    archive = settings.archive.model_copy(update={"address": file_url(shared)})
    store.save(settings.model_copy(update={"archive": archive}))
    monkeypatch.setenv("FOURVIEW_CONFIG", str(tmp_path / "config"))
    out = tmp_path / "out"
    assert exit_code(["export", "--out", str(out)]) == 0
    assert len(json.loads((out / "fourview.json").read_text())["readings"]) == 3
    assert not (tmp_path / "data" / "archive.sqlite").exists()


def test_readings_that_the_archive_has_not_got_yet_are_told(
    kept: tuple[Study, ...], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    place = reading_place(tmp_path / "data" / "readings", kept[0].uid, "ben")
    save_document(place.document, read(kept[0], 0), reader="ben", sequence=1)
    assert exit_code(["export", "--out", str(tmp_path / "out")]) == 0
    assert "1 reading on this computer may say more" in capsys.readouterr().err


def test_files_leave_with_a_warning_where_the_archive_is_damaged(
    studies: tuple[Study, ...], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    place = reading_place(tmp_path / "data" / "readings", studies[0].uid, "anna")
    save_document(place.document, read(studies[0], 0), reader="anna", sequence=1)
    (tmp_path / "data" / "archive.sqlite").write_bytes(b"no database at all" * 99)
    files = ["--readings", str(tmp_path / "data" / "readings")]
    assert exit_code(["export", *files, "--out", str(tmp_path / "out")]) == 0
    assert "not noted in the archive's audit" in capsys.readouterr().err
    assert (tmp_path / "out" / "fourview.json").is_file()


def test_a_second_import_into_an_archive_keeps_nothing_twice(
    kept: tuple[Study, ...], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out"
    exit_code(["export", "--archive", "own", "--out", str(out)])
    before = findings_in("")
    assert exit_code(["import", str(out), "--archive", "own"]) == 0
    assert capsys.readouterr().out.count("kept already") == 3
    assert findings_in("") == before
    assert not audit(Deed.IMPORTED)


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        (["export", "x", "--archive", "own", "--out", "y"], "two sources"),
        (["export", "--submitted", "--out", "y"], "--submitted is for archives"),
        (["export", "--readings", "x", "--archive", "own", "--out", "y"], "two sources"),
        (["export", "--archive", "foo", "--out", "y"], "address can't be understood"),
        (["import", ".", "--archive", "own", "--into", "y"], "two goals"),
    ],
)
def test_wrong_commands_say_what_is_wrong(
    studies: tuple[Study, ...], typed: list[str], told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert exit_code(typed) == 2
    assert told in capsys.readouterr().err
