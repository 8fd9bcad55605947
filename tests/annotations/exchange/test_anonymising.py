"""Nothing that tells who the patient or the reader is leaves an anonymised export."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotations.document.document import Document, ImageStamp
from annotations.document.first_read import FirstRead
from annotations.document.opinion import ClinicalNotes, Opinion
from annotations.exchange.anonymous.anonymising import Anonymiser
from annotations.exchange.anonymous.pseudonyms import Pseudonyms, own_key
from annotations.exchange.format import Aspect, ExchangeError
from annotations.exchange.formats import FORMATS
from annotations.exchange.neutral import Exchange, ExchangeReading, ExchangeStudy
from domain.finding import (
    Contour,
    Finding,
    FindingKind,
    Geometry,
    Location,
    Pathology,
    PathologyOutcome,
    ReaderProvenance,
)
from domain.geometry import Box, ImagePoint
from domain.laterality import Laterality
from domain.mask import RleMask
from domain.study import Patient
from tests.annotations.exchange.exchanges import IMAGES, STUDY

KEY = b"a key of sixteen bytes or more"
SECRETS = (
    "Geheim",
    "Gertrud",
    "PAT-4711",
    "KLINIK-12",
    "ACC-815",
    "dr-muster",
    "Dorfstrasse",
    "19600304",
    "1960-03-04",
    "20260102",
    "2026-01-02",
    "2026-01-03",
    "20260103",
    "2026-01-09",
    STUDY,
    "abcdef0123456789",
    "c0ffee00-0000-4000-8000-000000000001",
)


def telling() -> Exchange:
    """A reading in which everything that can tell something does."""
    patient = Patient("PAT-4711", "KLINIK-12", "Geheim^Gertrud", date(1960, 3, 4), "F")
    study = ExchangeStudy(STUDY, patient, date(2026, 1, 2), "ACC-815")
    size = IMAGES[0].size
    mask = RleMask.of(__import__("numpy").ones((3, 3)), size, 2, 2)
    triangle = Contour((ImagePoint(2, 2), ImagePoint(7, 2), ImagePoint(6, 9)))
    finding = Finding(
        UUID("c0ffee00-0000-4000-8000-000000000001"),
        FindingKind.MASS,
        (Geometry(IMAGES[0].uid, box=Box(1, 1, 4, 5), contour=triangle, mask=mask),),
        ReaderProvenance("dr-muster"),
        location=Location(Laterality.RIGHT, "Dorfstrasse side", 3, "middle"),
        pathology=Pathology(PathologyOutcome.BENIGN, "seen by Geheim", date(2026, 1, 9)),
        note="Frau Geheim, Dorfstrasse 3",
    )
    said = Opinion(clinical=ClinicalNotes(symptoms="Gertrud feels a lump"), note="tell Gertrud")
    document = Document(
        STUDY,
        (finding,),
        said,
        (ImageStamp(IMAGES[0].uid, size, "abcdef0123456789"),),
        FirstRead(said, (finding,), datetime(2026, 1, 3, 4, 5, tzinfo=UTC)),
    )
    return Exchange((study,), IMAGES, (ExchangeReading("dr-muster", document),))


@pytest.mark.parametrize("name", FORMATS)
def test_no_byte_of_an_anonymised_export_names_what_went_in(tmp_path: Path, name: str) -> None:
    form = FORMATS[name]
    plain, hidden = tmp_path / "plain", tmp_path / "hidden"
    plain.mkdir()
    hidden.mkdir()
    form.write(telling(), plain)
    form.write(Anonymiser(Pseudonyms(KEY)).anonymised(telling())[0], hidden)
    assert any(found(plain)), "the plain export names something, or the search finds nothing"
    assert list(found(hidden)) == []


def found(folder: Path) -> list[tuple[str, str]]:
    """Which secrets stand in which file's name or bytes, also as UTF-16."""
    hits = []
    for file in folder.rglob("*"):
        data = str(file.relative_to(folder)).encode() + (
            file.read_bytes() if file.is_file() else b""
        )
        hits += [
            (file.name, one)
            for one in SECRETS
            if one.encode() in data or one.encode("utf-16-le") in data
        ]
    return hits


def test_what_was_taken_out_is_told() -> None:
    made, losses = Anonymiser(Pseudonyms(KEY)).anonymised(telling())
    counts = {one.aspect: one.count for one in losses}
    assert counts[Aspect.STAMPS] == 1
    assert counts[Aspect.TEXT] > 0
    assert made.readings[0].document.findings[0].geometries[0].mask is not None
    assert made.readings[0].document.findings[0].location.depth == "middle"


def test_all_dates_of_a_patient_move_by_the_same_days() -> None:
    made, _ = Anonymiser(Pseudonyms(KEY)).anonymised(telling())
    moved = made.studies[0].studied - date(2026, 1, 2)
    finding = made.readings[0].document.findings[0]
    assert moved.days < 0
    assert finding.pathology.proved - date(2026, 1, 9) == moved
    first = made.readings[0].document.first_read
    assert first.recorded - datetime(2026, 1, 3, 4, 5, tzinfo=UTC) == moved


def test_links_between_findings_and_images_hold_after_anonymising() -> None:
    before = telling()
    one = before.readings[0].document.findings[0]
    other = replace(one, id=UUID(int=5), parent_id=one.id, counterpart_id=one.id)
    document = Document(STUDY, (one, other))
    exchange = replace(before, readings=(ExchangeReading("dr-muster", document),))
    made, _ = Anonymiser(Pseudonyms(KEY)).anonymised(exchange)
    first, second = made.readings[0].document.findings
    assert second.parent_id == second.counterpart_id == first.id
    assert first.geometries[0].sop_instance_uid in made.image
    assert made.images[0].study_uid == made.studies[0].uid


@given(st.text(min_size=1), st.text(min_size=1))
def test_pseudonyms_depend_on_value_sort_and_key(one: str, other: str) -> None:
    names, others = Pseudonyms(KEY), Pseudonyms(KEY[::-1])
    assert names.word("patient", one) == names.word("patient", one)
    assert (names.word("patient", one) == names.word("patient", other)) == (one == other)
    assert names.word("patient", one) != names.word("reader", one)
    assert names.word("patient", one) != others.word("patient", one)
    assert len(names.uid(one)) <= 64


def test_the_key_is_made_once_for_its_owner_alone(tmp_path: Path) -> None:
    key = own_key(tmp_path / "data")
    file = tmp_path / "data" / "anonymising.key"
    assert own_key(tmp_path / "data") == key
    assert file.stat().st_mode & 0o777 == 0o600
    file.chmod(0o644)
    with pytest.raises(ExchangeError, match="others may read the key"):
        own_key(tmp_path / "data")


def test_a_damaged_key_is_refused_rather_than_replaced(tmp_path: Path) -> None:
    own_key(tmp_path)
    (tmp_path / "anonymising.key").write_bytes(b"short")
    with pytest.raises(ExchangeError, match="is damaged"):
        own_key(tmp_path)
