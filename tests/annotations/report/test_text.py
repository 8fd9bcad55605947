"""The report as text: complete, honest about what was not said, and without a name."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

from hypothesis import given
from hypothesis import strategies as st

from annotations.document.document import Document
from annotations.document.first_read import FirstRead
from annotations.document.opinion import ClinicalNotes, Opinion
from annotations.report.parts import Known
from annotations.report.text import report_text
from domain.finding import FindingStatus, Location, Pathology, PathologyOutcome, RejectionReason
from domain.laterality import Laterality
from domain.lexicon import Assessment
from domain.study import ImageRef, Patient, Study
from tests.annotations.report.readings import MODEL, SMOOTH, a_finding, a_pair, a_reading
from tests.annotations.report.readings import an_opinion as complete
from tests.support.views import a_view

VIEWS = tuple(
    replace(a_view(name), ref=ImageRef(f"/s/{name}.dcm", sop_instance_uid=name.lower()))
    for name in ("RCC", "LCC", "RMLO", "LMLO")
)
PATIENT = Patient("ID-4711", "Hospital", "Secret^Jane", date(1961, 4, 12), "F")
STUDY = Study("1.2.3", PATIENT, VIEWS, date(2026, 2, 3), "Screening", "ACC99")


def report(document: Document, known: Known | None = None, study: Study = STUDY) -> str:
    return report_text(document, study, "Dr R", known)


def section(text: str, title: str) -> str:
    """A section as one line."""
    blocks = [block.splitlines() for block in text.split("\n\n")]
    (found,) = [block[1:] for block in blocks if block[0] == title]
    return " ".join(line.strip() for line in found)


def test_the_report_has_a_radiologists_order() -> None:
    opinion = complete(note="Biopsy.", clinical=ClinicalNotes(symptoms="Lump"))
    titles = [line for line in report(a_reading(a_finding(), opinion=opinion)).splitlines() if line]
    assert [line for line in titles if line.isupper()] == [
        "MAMMOGRAPHY REPORT",
        "CLINICAL INFORMATION",
        "BREAST COMPOSITION",
        "FINDINGS, RIGHT BREAST",
        "FINDINGS, LEFT BREAST",
        "ASSESSMENT",
        "COMMENT",
    ]


def test_linked_findings_are_one_with_both_numbers_views_and_sizes() -> None:
    one, two = a_pair()
    place = Location(Laterality.RIGHT, "upper outer", 10, "middle", 47.0)
    known = Known(places={one.id: place}, sizes={one.id: "14 mm", two.id: "16 mm"})
    proof = Pathology(PathologyOutcome.MALIGNANT)
    pair = replace(one, pathology=proof, note="Palpable"), replace(two, pathology=proof)
    assert section(report(a_reading(*pair), known), "FINDINGS, RIGHT BREAST") == (
        "1 and 2 (RCC, RMLO): Mass, irregular, spiculated, high density, 14 mm and 16 mm,"
        " upper outer, 10 o'clock, middle third, 47 mm from the nipple. BI-RADS 4C, high"
        " suspicion of malignancy. Pathology: malignant. Palpable."
    )


def test_each_breast_has_its_own_findings() -> None:
    reading = a_reading(a_finding(), a_finding("2", SMOOTH, uid="lcc", number=2))
    assert "spiculated" in section(report(reading), "FINDINGS, RIGHT BREAST")
    left = section(report(reading), "FINDINGS, LEFT BREAST")
    assert left.startswith("2 (LCC): Mass, oval, circumscribed")


def test_what_was_not_said_is_called_not_stated_and_never_guessed() -> None:
    text = report(Document("1.2.3", (a_finding("5"),)))
    assert section(text, "ASSESSMENT") == (
        "Right breast: not stated. Left breast: not stated. Overall: not stated."
        " Recall: not stated."
    )
    assert section(text, "BREAST COMPOSITION") == "Not stated."
    assert section(text, "CLINICAL INFORMATION") == "None stated."
    assert section(text, "FINDINGS, LEFT BREAST") == "No findings marked."


def test_a_breast_without_images_is_not_called_free_of_findings() -> None:
    alone = replace(STUDY, views=VIEWS[:1])
    text = report(a_reading(a_finding()), study=alone)
    assert section(text, "FINDINGS, LEFT BREAST") == "Not imaged."


def test_rejected_findings_are_left_out_and_proposals_counted() -> None:
    rejected = a_finding(status=FindingStatus.REJECTED, rejection=RejectionReason.NODE)
    proposal = a_finding("5", number=2, provenance=MODEL, status=FindingStatus.PROPOSED)
    text = report(a_reading(rejected, proposal))
    assert section(text, "FINDINGS, RIGHT BREAST") == "No findings marked."
    assert section(text, "PROPOSALS OF THE AI").startswith("1 neither accepted nor rejected")


def test_a_finding_of_an_unknown_side_is_not_lost() -> None:
    text = report(a_reading(a_finding(uid="elsewhere")))
    assert "spiculated" in section(text, "FINDINGS, SIDE OPEN")


def test_the_text_names_accession_days_and_reader_but_never_the_patient() -> None:
    written = datetime(2026, 2, 4, 9, 30, tzinfo=UTC)
    text = report(a_reading(a_finding()), Known(priors=(date(2024, 1, 2),), written=written))
    for said in ("2026-02-03", "ACC99", "2024-01-02", "Dr R, 2026-02-04 09:30", "not a medical"):
        assert said in text
    for hidden in ("Secret", "Jane", "4711", "1961"):
        assert hidden not in text


@given(st.text(max_size=300))
def test_whatever_a_reader_types_makes_no_section_of_its_own_and_no_long_line(typed: str) -> None:
    opinion = complete(note=typed, clinical=ClinicalNotes(symptoms=typed))
    text = report(a_reading(a_finding(note=typed), opinion=opinion))
    assert all(len(line) <= 78 for line in text.split("\n"))
    assert "\n\n\n" not in text
    assert text.count("\n\nASSESSMENT\n") == 1


def a_first_read() -> FirstRead:
    return FirstRead(
        Opinion(overall=Assessment.NEGATIVE, recall=False),
        (),
        datetime(2026, 2, 3, 9, 5, tzinfo=UTC),
    )


def test_what_changed_after_the_ai_reading_is_told_with_the_package_that_read() -> None:
    taken = a_finding("5", provenance=MODEL, status=FindingStatus.ACCEPTED)
    opinion = Opinion(overall=Assessment.SUSPICIOUS, recall=False)
    reading = Document("1.2.3", (taken,), opinion, first_read=a_first_read())
    assert section(report(reading), "AFTER THE AI READING") == (
        "AI reading: pack 1. First opinion: BI-RADS 1, negative, 2026-02-03 09:05 UTC."
        " Overall: BI-RADS 1 before, 4 after. Mass taken over from the AI reading."
    )


def test_an_ai_reading_that_changed_nothing_says_so_and_one_that_was_not_done_too() -> None:
    reading = Document("1.2.3", (), a_first_read().opinion, first_read=a_first_read())
    done = section(report(reading, Known(read_by=("pack 1",))), "AFTER THE AI READING")
    assert done.startswith("AI reading: pack 1.")
    assert done.endswith("Nothing was changed.")
    assert section(report(reading), "AFTER THE AI READING").startswith("AI reading: Not done.")
    assert "AFTER THE AI READING" not in report(replace(reading, first_read=None))


def test_proposals_that_were_not_shown_need_no_judgement() -> None:
    proposals = [
        a_finding(None, number=number, provenance=MODEL, status=FindingStatus.PROPOSED)
        for number in (1, 2)
    ]
    known = Known(unseen={proposals[1].id})
    text = section(report(a_reading(*proposals), known), "PROPOSALS OF THE AI")
    assert text.startswith("1 neither accepted nor rejected")
    assert "PROPOSALS" not in report(a_reading(proposals[1]), known)
