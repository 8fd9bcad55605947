"""Content of a Mammography CAD report: PS3.16 TID 4000 and the templates that it includes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from pydicom.dataset import Dataset

from annotations.exchange.dicom import items
from annotations.exchange.dicom.codes import (
    ASSESSMENTS,
    AXIS_NAMES,
    COMPOSITE,
    SINGLE,
    WORDS,
    Code,
    dcm,
    sct,
)
from annotations.exchange.dicom.objects import FOR_PRESENTATION, finding_uid
from annotations.exchange.dicom.outlining import middle_pair, outline_pairs
from annotations.exchange.neutral import ExchangeImage
from domain.finding import (
    Finding,
    FindingKind,
    FindingStatus,
    Geometry,
    ModelProvenance,
)
from domain.laterality import Laterality
from domain.lexicon import Assessment, DescriptorAxis
from imaging.header.view_codes import VIEW_CODES
from imaging.writing.writer_codes import view_item

REPORT = dcm("111036", "Mammography CAD Report")
LIBRARY = dcm("111028", "Image Library")
SUMMARY = dcm("111017", "CAD Processing and Findings Summary")
IMPRESSION = dcm("111034", "Individual Impression/Recommendation")
RENDERING = dcm("111056", "Rendering Intent")
FINDING = dcm("111059", "Single Image Finding")
FEATURE = dcm("111015", "Composite Feature")
PROBABILITY = dcm("111047", "Probability of cancer")
ALGORITHM, VERSION = dcm("111001", "Algorithm Name"), dcm("111003", "Algorithm Version")
PARAMETERS = dcm("111002", "Algorithm Parameters")
TRACKING, TRACKING_UID = (
    dcm("112039", "Tracking Identifier"),
    dcm("112040", "Tracking Unique Identifier"),
)
READER = "Fourview reader"
"""Algorithm Name of what a person marked: the template knows only algorithms."""
_ENGLISH = Code("en", "RFC5646", "English")
_SHOWN: Mapping[FindingStatus, Code] = {
    FindingStatus.PROPOSED: dcm("111151", "Presentation Optional: Rendering device may present"),
    FindingStatus.REJECTED: dcm(
        "111152", "Not for Presentation: Rendering device expected not to present"
    ),
}
_REQUIRED = dcm("111150", "Presentation Required: Rendering device is expected to present")
_SIDES = {
    Laterality.LEFT: sct("80248007", "Left breast"),
    Laterality.RIGHT: sct("73056007", "Right breast"),
    Laterality.BOTH: sct("63762007", "Both breasts"),
}
_MASS_WORDS = (DescriptorAxis.MASS_SHAPE, DescriptorAxis.MASS_MARGIN, DescriptorAxis.MASS_DENSITY)
_DOT_WORDS = (
    DescriptorAxis.CALCIFICATION_MORPHOLOGY,
    DescriptorAxis.CALCIFICATION_DISTRIBUTION,
)
AXES: Mapping[FindingKind, tuple[DescriptorAxis, ...]] = {
    FindingKind.MASS: _MASS_WORDS,
    FindingKind.ASYMMETRY: _MASS_WORDS,
    FindingKind.CALCIFICATION: _DOT_WORDS[:1],
    FindingKind.CALCIFICATION_GROUP: _DOT_WORDS,
}
"""Which descriptors the templates ask of which finding (TID 4009 to 4011)."""
_ONE_ONLY = frozenset({DescriptorAxis.MASS_SHAPE, DescriptorAxis.MASS_DENSITY}) | {
    DescriptorAxis.CALCIFICATION_DISTRIBUTION
}


def coded_words(finding: Finding) -> tuple[tuple[DescriptorAxis, str], ...]:
    """Those of a finding's descriptors that the templates can hold."""
    seen: set[DescriptorAxis] = set()
    told = []
    for axis, word in finding.descriptors.terms:
        if axis not in AXES.get(finding.kind, ()) or (axis, word) not in WORDS:
            continue
        if axis in _ONE_ONLY and axis in seen:
            continue
        seen.add(axis)
        told.append((axis, word))
    return tuple(told)


def holds_probability(finding: Finding) -> bool:
    """Whether TID 4006 asks for a probability of cancer: not of a selected region."""
    return not finding.kind.is_region and finding.kind is not FindingKind.OTHER


def report_content(
    images: Sequence[ExchangeImage], findings: Sequence[Finding], overall: Assessment | None = None
) -> list[Dataset]:
    """All content items below the root, TID 4000. overall: what was said of the study."""
    library = {one.uid: number for number, one in enumerate(images, 1)}
    known = {one.uid: one for one in images}
    language = dcm("121049", "Language of Content Item and Descendants")
    summed = (
        dcm("111242", "All algorithms succeeded; with findings")
        if findings
        else dcm("111241", "All algorithms succeeded; without findings")
    )
    told = [_impression(one, library, known) for one in findings]
    models = list(dict.fromkeys((*_made(one), SINGLE[one.kind]) for one in findings))
    return [
        items.coded(items.MODIFIES, language, _ENGLISH),
        items.container(items.CONTAINS, LIBRARY, *(_entry(one) for one in images)),
        items.coded(items.CONTAINS, SUMMARY, summed, *_assessed(overall), *told),
        _detections(models, images),
        items.coded(
            items.CONTAINS,
            dcm("111065", "Summary of Analyses"),
            dcm("111225", "Not Attempted"),
        ),
    ]


def _entry(image: ExchangeImage) -> Dataset:
    """TID 4020."""
    one = items.image(items.CONTAINS, image, image.class_uid or FOR_PRESENTATION)
    children = []
    if image.laterality is not None:
        name = dcm("111027", "Image Laterality")
        children.append(items.coded(items.ACQUIRED, name, _SIDES[image.laterality]))
    if image.position in VIEW_CODES:
        view = view_item(image.position, frozenset())
        code = Code(view.CodeValue, view.CodingSchemeDesignator, view.CodeMeaning)
        children.append(items.coded(items.ACQUIRED, dcm("111031", "Image View"), code))
    if children:
        one.ContentSequence = children
    return one


def _detections(
    models: Sequence[tuple[str, str, tuple[str, ...], Code]], images: Sequence[ExchangeImage]
) -> Dataset:
    """TID 4015: what was looked for, by what, on which images."""
    name = dcm("111064", "Summary of Detections")
    if not models:
        return items.coded(items.CONTAINS, name, dcm("111225", "Not Attempted"))
    done = [
        items.coded(
            items.CONTAINS,
            dcm("111022", "Detection Performed"),
            sought,
            *_algorithm((made, version, parameters)),
            *(items.reference(items.PROPERTIES, 1, 2, place + 1) for place in range(len(images))),
        )
        for made, version, parameters, sought in models
    ]
    succeeded = items.container(items.INFERRED, dcm("111063", "Successful Detections"), *done)
    return items.coded(items.CONTAINS, name, dcm("111222", "Succeeded"), succeeded)


def _made(finding: Finding) -> tuple[str, str, tuple[str, ...]]:
    """Algorithm name, version and parameters."""
    made = finding.provenance
    if isinstance(made, ModelProvenance):
        parameters = (f"threshold={made.threshold!r}", f"presentation={made.presentation}")
        return made.package_id, made.version, parameters
    return READER, "-", (f"reader={made.reader}",)


def _algorithm(made: tuple[str, str, tuple[str, ...]]) -> list[Dataset]:
    """TID 4019."""
    name, version, parameters = made
    return [
        items.text(items.PROPERTIES, ALGORITHM, name),
        items.text(items.PROPERTIES, VERSION, version),
        *(items.text(items.PROPERTIES, PARAMETERS, one) for one in parameters),
    ]


def _impression(
    finding: Finding, library: Mapping[str, int], images: Mapping[str, ExchangeImage]
) -> Dataset:
    """TID 4003."""
    shown = _SHOWN.get(finding.status, _REQUIRED)
    intent = items.coded(items.MODIFIES, RENDERING, shown)
    singles = [_single(finding, place, shown, (library, images)) for place in finding.geometries]
    if len(singles) == 1:
        singles[0].RelationshipType = items.CONTAINS
        body = singles[0]
    else:
        body = _composite(finding, shown, singles)
    return items.container(items.INFERRED, IMPRESSION, intent, body)


def _assessed(assessment: Assessment | None) -> list[Dataset]:
    """TID 4002 of the study; a letter of category 4, and category 6, as text.

    It stands at the summary alone: in an individual impression the template's relationship is one
    that the object's definition forbids (PS3.3 A.35.5.3.1.2). A finding's own category goes with
    its tracking identifier.
    """
    if assessment is None:
        return []
    told = []
    code = ASSESSMENTS.get(assessment)
    if code is not None:
        told.append(items.coded(items.PROPERTIES, dcm("111005", "Assessment Category"), code))
    words = items.text(
        items.PROPERTIES, dcm("111033", "Impression Description"), f"BI-RADS {assessment.value}"
    )
    return [*told, words, *_algorithm((READER, "-", ()))]


def _composite(finding: Finding, shown: Code, singles: Sequence[Dataset]) -> Dataset:
    """TID 4004 and 4005: one finding on several images."""
    type_name = dcm("111016", "Composite Type")
    spatially = dcm("111154", "Target content items are related spatially")
    scope_name = dcm("111057", "Scope of Feature")
    several = dcm("111158", "Feature detected on multiple images")
    return items.coded(
        items.CONTAINS,
        FEATURE,
        COMPOSITE[finding.kind],
        items.coded(items.MODIFIES, RENDERING, shown),
        *_tracked(finding),
        items.coded(items.PROPERTIES, type_name, spatially),
        items.coded(items.PROPERTIES, scope_name, several),
        *_algorithm(_made(finding)),
        *singles,
    )


def _tracked(finding: Finding) -> list[Dataset]:
    """TID 4108."""
    name = finding.kind.value
    if finding.assessment is not None:
        name += f", BI-RADS {finding.assessment.value}"
    return [
        items.text(items.CONTEXT, TRACKING, name),
        items.uidref(items.CONTEXT, TRACKING_UID, finding_uid(finding.id)),
    ]


def _single(
    finding: Finding,
    place: Geometry,
    shown: Code,
    where: tuple[Mapping[str, int], Mapping[str, ExchangeImage]],
) -> Dataset:
    """TID 4006 with 4021: one image, its middle and outline."""
    library, images = where
    entry = (1, 2, library[place.sop_instance_uid])
    children = [items.coded(items.MODIFIES, RENDERING, shown), *_tracked(finding)]
    children += _algorithm(_made(finding))
    if finding.malignancy is not None and holds_probability(finding):
        percent = finding.malignancy * 100
        children.append(items.number(items.PROPERTIES, PROBABILITY, percent, items.PERCENT))
    middle = [middle_pair(place)]
    center, outline = dcm("111010", "Center"), dcm("111041", "Outline")
    shapes = [(center, "POINT", middle)]
    around = outline_pairs(place)
    if around:
        shapes.append((outline, "POLYLINE", around))
    image = images[place.sop_instance_uid]
    for name, kind, pairs in shapes:
        of = _selected(image, place, entry)
        children.append(items.coordinates(items.PROPERTIES, name, kind, pairs, of))
    if finding.kind.is_region or finding.kind is FindingKind.OTHER:
        described = dcm("111058", "Selected Region Description")
        children.append(items.text(items.PROPERTIES, described, finding.kind.value))
    children += [
        items.coded(items.PROPERTIES, AXIS_NAMES[axis], WORDS[axis, word])
        for axis, word in coded_words(finding)
    ]
    return items.coded(items.INFERRED, FINDING, SINGLE[finding.kind], *children)


def _selected(image: ExchangeImage, place: Geometry, entry: tuple[int, ...]) -> Dataset:
    """The image, from the library; a slice of a stack by itself, as the library names no frames."""
    if image.frames == 1:
        return items.reference(items.SELECTED, *entry)
    frames = range(place.frame, place.last_frame + 1)
    class_uid = image.class_uid or FOR_PRESENTATION
    return items.image(items.SELECTED, image, class_uid, list(frames))
