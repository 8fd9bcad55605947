"""Which lesions a synthetic patient has, where, how they are judged and how they grew."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass, replace
from functools import cache
from itertools import combinations, pairwise
from statistics import mean, stdev

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.finding import FindingKind
from domain.laterality import Laterality
from domain.lexicon import FIFTH_EDITION, Assessment, DescriptorAxis
from domain.view_position import HangFamily
from phantom.lesions.body import (
    CHEST_WALL_MM,
    NEAREST_MM,
    Ball,
    distance_mm,
    nipple_distance_mm,
    place_at_skin,
    place_inside,
)
from phantom.lesions.growth import at_exam, doubling_days, interval_days, without_prior
from phantom.lesions.lesion import BOTH_FAMILIES, Lesion
from phantom.lesions.likelihood import INCOMPLETE_BOUNDS
from phantom.lesions.plan import plan_lesions
from phantom.recipe import Composition, Content
from phantom.space.points import BreastPoint


@dataclass(frozen=True)
class HalfEllipsoid:
    """A breast with its gland as a ball behind the nipple."""

    depth_mm: float = 95.0
    half_width_mm: float = 75.0

    def contains(self, point: BreastPoint) -> bool:
        return point.depth >= 0 and self.level(point) <= 1

    def level(self, point: BreastPoint) -> float:
        across = (point.lateral**2 + point.head**2) / self.half_width_mm**2
        return (point.depth / self.depth_mm) ** 2 + across

    def gland(self, point: BreastPoint) -> float:
        away = distance_mm(point, BreastPoint(0.6 * self.depth_mm, 5.0, 5.0))
        return max(0.0, 0.9 - away / (0.6 * self.half_width_mm))


BODY = HalfEllipsoid()
BODIES = {Laterality.LEFT: BODY, Laterality.RIGHT: BODY}
SMALL, LARGE = HalfEllipsoid(55.0, 50.0), HalfEllipsoid(130.0, 100.0)
AT_THE_SKIN = {FindingKind.OTHER}


@cache
def patients() -> tuple[tuple[Lesion, ...], ...]:
    densities = list(Composition)
    return tuple(
        plan_lesions(seed, Content.MIXED, densities[seed % 4], BODIES) for seed in range(1200)
    )


def every() -> list[Lesion]:
    return [lesion for patient in patients() for lesion in patient]


def at_skin(lesion: Lesion) -> bool:
    skin = lesion.term(DescriptorAxis.CALCIFICATION_MORPHOLOGY) == "skin"
    return skin or lesion.kind in AT_THE_SKIN


def codes(axis: DescriptorAxis) -> set[str]:
    return {code for lesion in every() for code in lesion.terms(axis)}


def of_kind(kind: FindingKind) -> list[Lesion]:
    return [lesion for lesion in every() if lesion.kind is kind]


def test_a_normal_patient_has_no_lesion() -> None:
    for seed in range(50):
        assert plan_lesions(seed, Content.NORMAL, Composition.B, BODIES) == ()


def test_a_patient_without_breasts_has_no_lesion() -> None:
    assert plan_lesions(1, Content.MIXED, Composition.B, {}) == ()
    assert plan_lesions(1, Content.DEMO, Composition.B, {}) == ()


def test_about_a_quarter_of_patients_has_none_and_most_have_one_to_three() -> None:
    counts = Counter(len(patient) for patient in patients())
    assert 0.21 < counts[0] / len(patients()) < 0.29
    assert 0.58 < sum(counts[number] for number in (1, 2, 3)) / len(patients()) < 0.75


def test_the_same_seed_gives_the_same_lesions_and_another_gives_others() -> None:
    again = [
        plan_lesions(seed, Content.MIXED, list(Composition)[seed % 4], BODIES) for seed in (5, 7)
    ]
    assert again == [patients()[5], patients()[7]]
    assert len({patient for patient in patients() if patient}) == sum(map(bool, patients()))


def test_the_order_in_which_breasts_are_given_does_not_matter() -> None:
    turned = dict(reversed(BODIES.items()))
    for seed in range(40):
        assert plan_lesions(seed, Content.MIXED, Composition.A, turned) == plan_lesions(
            seed, Content.MIXED, Composition.A, BODIES
        )


def test_a_patient_with_one_breast_has_lesions_there_only() -> None:
    one = {Laterality.LEFT: BODY}
    for content in (Content.MIXED, Content.DEMO):
        sides = {
            lesion.laterality
            for seed in range(30)
            for lesion in plan_lesions(seed, content, Composition.B, one)
        }
        assert sides == {Laterality.LEFT}


def test_both_breasts_are_alike_often_affected() -> None:
    sides = Counter(lesion.laterality for lesion in every())
    assert 0.46 < sides[Laterality.LEFT] / len(every()) < 0.54


def test_numbers_count_from_one_and_seeds_differ() -> None:
    for patient in patients():
        assert [lesion.number for lesion in patient] == list(range(1, len(patient) + 1))
        assert len({lesion.seed for lesion in patient}) == len(patient)


def test_kinds_are_as_frequent_as_planned() -> None:
    shares = {kind: len(of_kind(kind)) / len(every()) for kind in FindingKind if not kind.is_region}
    wanted = {
        FindingKind.MASS: 0.40,
        FindingKind.CALCIFICATION_GROUP: 0.25,
        FindingKind.CALCIFICATION: 0.10,
        FindingKind.ASYMMETRY: 0.12,
        FindingKind.ARCHITECTURAL_DISTORTION: 0.06,
        FindingKind.OTHER: 0.03,
    }
    for kind, share in wanted.items():
        assert shares[kind] == pytest.approx(share, abs=0.03), kind


def test_every_term_is_one_of_the_fifth_edition() -> None:
    for lesion in every():
        for axis, code in lesion.descriptors.terms:
            assert FIFTH_EDITION.term(axis, code).code == code


@pytest.mark.parametrize(
    "axis",
    [
        DescriptorAxis.MASS_SHAPE,
        DescriptorAxis.MASS_MARGIN,
        DescriptorAxis.MASS_DENSITY,
        DescriptorAxis.CALCIFICATION_DISTRIBUTION,
        DescriptorAxis.ASYMMETRY,
    ],
)
def test_every_term_of_an_axis_occurs(axis: DescriptorAxis) -> None:
    assert codes(axis) == {term.code for term in FIFTH_EDITION.terms[axis]}


def test_every_morphology_occurs_but_the_vascular_one_which_is_a_decoy() -> None:
    axis = DescriptorAxis.CALCIFICATION_MORPHOLOGY
    assert codes(axis) == {term.code for term in FIFTH_EDITION.terms[axis]} - {"vascular"}


def test_lesions_carry_the_terms_that_their_kind_asks_for() -> None:
    mass = {DescriptorAxis.MASS_SHAPE, DescriptorAxis.MASS_MARGIN, DescriptorAxis.MASS_DENSITY}
    morphology = DescriptorAxis.CALCIFICATION_MORPHOLOGY
    asked = {
        FindingKind.MASS: mass,
        FindingKind.CALCIFICATION: {morphology},
        FindingKind.CALCIFICATION_GROUP: {morphology, DescriptorAxis.CALCIFICATION_DISTRIBUTION},
        FindingKind.ASYMMETRY: {DescriptorAxis.ASYMMETRY},
        FindingKind.ARCHITECTURAL_DISTORTION: set(),
        FindingKind.OTHER: set(),
    }
    for lesion in every():
        axes = [axis for axis, _ in lesion.descriptors.terms]
        own = [axis for axis in axes if axis is not DescriptorAxis.ASSOCIATED_FEATURE]
        assert sorted(own, key=str) == sorted(asked[lesion.kind], key=str)
        assert len(set(lesion.descriptors.terms)) == len(axes)


def test_sizes_keep_to_the_range_of_their_kind() -> None:
    ranges = {
        FindingKind.MASS: (4, 40),
        FindingKind.CALCIFICATION: (0.15, 1),
        FindingKind.CALCIFICATION_GROUP: (3, 70),
        FindingKind.ASYMMETRY: (8, 75),
        FindingKind.ARCHITECTURAL_DISTORTION: (12, 40),
        FindingKind.OTHER: (20, 60),
    }
    for lesion in every():
        low, high = ranges[lesion.kind]
        assert low <= lesion.size_mm <= high
    sizes = sorted(mass.size_mm for mass in of_kind(FindingKind.MASS))
    assert 11.5 < sizes[len(sizes) // 2] < 14.5


def test_grouped_calcifications_span_at_most_two_centimetres() -> None:
    for group in of_kind(FindingKind.CALCIFICATION_GROUP):
        if group.term(DescriptorAxis.CALCIFICATION_DISTRIBUTION) == "grouped":
            assert group.size_mm <= 20


def test_about_a_seventh_of_the_masses_is_diffuse_and_none_of_them_has_a_rim() -> None:
    masses = of_kind(FindingKind.MASS)
    diffuse = [mass for mass in masses if mass.diffuse]
    assert 0.11 < len(diffuse) / len(masses) < 0.20
    margins = {mass.term(DescriptorAxis.MASS_MARGIN) for mass in diffuse}
    assert margins == {"indistinct", "obscured"}
    assert not any(each.diffuse for each in every() if each.kind is not FindingKind.MASS)


def test_only_the_plain_asymmetry_is_seen_in_one_view_alone() -> None:
    seen: set[HangFamily] = set()
    for lesion in every():
        if lesion.term(DescriptorAxis.ASYMMETRY) == "asymmetry":
            assert len(lesion.families) == 1
            seen |= lesion.families
        else:
            assert lesion.families == BOTH_FAMILIES
    assert seen == BOTH_FAMILIES


def test_a_calcified_mass_has_its_group_at_its_place_with_its_outcome() -> None:
    pairs = 0
    for patient in patients():
        for mass, group in pairwise(patient):
            if "calcifications" in mass.terms(DescriptorAxis.ASSOCIATED_FEATURE):
                pairs += 1
                assert group.kind is FindingKind.CALCIFICATION_GROUP
                assert (group.at, group.laterality) == (mass.at, mass.laterality)
                assert (group.assessment, group.malignant) == (mass.assessment, mass.malignant)
                assert group.size_mm <= mass.size_mm
    assert pairs > 20


def test_subtlety_is_between_plain_and_barely_visible_in_every_kind() -> None:
    for kind in (one for one in FindingKind if not one.is_region):
        values = [lesion.subtlety for lesion in of_kind(kind)]
        assert min(values) >= 0
        assert max(values) <= 1
        assert min(values) < 0.25
        assert max(values) > 0.7
        assert 0.25 < mean(values) < 0.6


def test_the_probability_lies_within_the_bounds_of_the_assessment() -> None:
    for lesion in every():
        low, high = lesion.assessment.likelihood or INCOMPLETE_BOUNDS
        assert low <= lesion.probability <= high
        assert lesion.assessment is not Assessment.BENIGN or not lesion.malignant


def test_as_many_lesions_are_malignant_as_their_probabilities_say() -> None:
    own = {(lesion.laterality, lesion.at, lesion.probability): lesion for lesion in every()}
    for assessment in {lesion.assessment for lesion in own.values()}:
        drawn = [lesion for lesion in own.values() if lesion.assessment is assessment]
        expected = sum(lesion.probability for lesion in drawn)
        deviation = math.sqrt(sum(each.probability * (1 - each.probability) for each in drawn))
        found = sum(lesion.malignant for lesion in drawn)
        assert abs(found - expected) <= 3 * deviation, assessment


@pytest.mark.parametrize(
    ("axis", "code", "allowed"),
    [
        (DescriptorAxis.MASS_MARGIN, "spiculated", {"4C", "5"}),
        (DescriptorAxis.MASS_MARGIN, "circumscribed", {"2", "3", "4A"}),
        (DescriptorAxis.MASS_DENSITY, "fat-containing", {"2"}),
        (DescriptorAxis.CALCIFICATION_MORPHOLOGY, "amorphous", {"4B"}),
        (DescriptorAxis.CALCIFICATION_MORPHOLOGY, "coarse-heterogeneous", {"4B"}),
        (DescriptorAxis.CALCIFICATION_MORPHOLOGY, "fine-pleomorphic", {"4B", "4C"}),
        (DescriptorAxis.CALCIFICATION_MORPHOLOGY, "fine-linear", {"4C", "5"}),
        (DescriptorAxis.CALCIFICATION_MORPHOLOGY, "rim", {"2"}),
        (DescriptorAxis.CALCIFICATION_MORPHOLOGY, "skin", {"2"}),
        (DescriptorAxis.ASYMMETRY, "asymmetry", {"0", "2", "3", "4A"}),
    ],
)
def test_terms_lead_to_the_assessments_that_the_atlas_advises(
    axis: DescriptorAxis, code: str, allowed: set[str]
) -> None:
    inside = {  # calcifications within a mass take the mass's assessment
        (mass.laterality, mass.at)
        for mass in of_kind(FindingKind.MASS)
        if "calcifications" in mass.terms(DescriptorAxis.ASSOCIATED_FEATURE)
    }
    alone = [
        lesion
        for lesion in every()
        if lesion.term(axis) == code and (lesion.laterality, lesion.at) not in inside
    ]
    assert alone
    assert {lesion.assessment.value for lesion in alone} <= allowed


@pytest.mark.parametrize("body", [SMALL, BODY, LARGE])
def test_lesions_lie_wholly_in_the_breast(body: HalfEllipsoid) -> None:
    bodies = {Laterality.LEFT: body, Laterality.RIGHT: body}
    for seed in range(200):
        for lesion in plan_lesions(seed, Content.MIXED, Composition.C, bodies):
            assert body.contains(lesion.at)
            away = nipple_distance_mm(body, lesion.at)
            assert NEAREST_MM <= away <= body.depth_mm - CHEST_WALL_MM
            if not at_skin(lesion):
                for turn in range(12):
                    angle, reach = turn * math.pi / 6, lesion.size_mm / 2
                    side, up = reach * math.cos(angle), reach * math.sin(angle)
                    for at in (
                        replace(
                            lesion.at, lateral=lesion.at.lateral + side, head=lesion.at.head + up
                        ),
                        replace(lesion.at, depth=lesion.at.depth + side, head=lesion.at.head + up),
                    ):
                        assert body.contains(at)


def test_calcifications_of_the_skin_lie_just_below_it() -> None:
    skin = [lesion for lesion in every() if at_skin(lesion) and lesion.kind not in AT_THE_SKIN]
    assert skin
    for lesion in skin:
        assert 1 - math.sqrt(BODY.level(lesion.at)) < 3.0 / BODY.half_width_mm


def test_distances_from_the_nipple_are_broad() -> None:
    away = [nipple_distance_mm(BODY, lesion.at) for lesion in every()]
    assert stdev(away) >= 18
    assert min(away) < 20
    assert max(away) > BODY.depth_mm - CHEST_WALL_MM - 8


def test_about_half_of_the_lesions_lie_in_the_upper_outer_quadrant() -> None:
    upper_outer = [each for each in every() if each.at.lateral > 0 and each.at.head > 0]
    assert 0.44 < len(upper_outer) / len(every()) < 0.53
    assert {(each.at.lateral > 0, each.at.head > 0) for each in every()} == {
        (outer, upper) for outer in (True, False) for upper in (True, False)
    }


def test_lesions_lie_in_gland_rather_than_in_fat() -> None:
    def gland_at(body: HalfEllipsoid) -> float:
        places = [place_inside(body, seed, 5.0) for seed in range(300)]
        return mean(BODY.gland(at) for at in places if at is not None)

    class Fat(HalfEllipsoid):
        def gland(self, point: BreastPoint) -> float:
            return 0.0

    assert gland_at(BODY) > 1.2 * gland_at(Fat())


def test_no_two_lesions_overlap_but_a_mass_and_its_own_calcifications() -> None:
    for patient in patients():
        for one, other in combinations(patient, 2):
            if one.laterality is other.laterality and one.at != other.at:
                apart = distance_mm(one.at, other.at)
                assert apart > (one.size_mm + other.size_mm) / 2


@given(
    seed=st.integers(0, 2**31 - 1),
    depth=st.floats(45, 160),
    width=st.floats(45, 120),
    radius=st.floats(0.1, 12),
)
def test_a_place_is_clear_of_what_is_there(
    seed: int, depth: float, width: float, radius: float
) -> None:
    body = HalfEllipsoid(depth, width)
    first = place_inside(body, seed, radius)
    assert first is not None
    taken = [Ball(first, radius)]
    for at in (
        place_inside(body, seed, radius, taken),
        place_at_skin(body, seed, radius, 1.0, taken),
    ):
        if at is not None:
            assert body.contains(at)
            assert distance_mm(at, first) > 2 * radius


def test_a_breast_without_room_gets_no_place() -> None:
    assert place_inside(SMALL, 1, 40.0) is None
    whole = [Ball(BreastPoint(30.0, 0.0, 0.0), 200.0)]
    assert place_inside(SMALL, 1, 2.0, whole) is None
    assert place_at_skin(SMALL, 1, 2.0, 1.0, whole) is None


def test_the_current_exam_shows_the_lesions_as_planned() -> None:
    for patient in patients()[:100]:
        assert at_exam(patient, 0) == patient


def test_an_older_exam_shows_nothing_larger_or_plainer_and_nothing_new() -> None:
    for patient in patients():
        newer = {lesion.number: lesion for lesion in patient}
        for exam in (1, 2, 3):
            older = at_exam(patient, exam, 1.1)
            assert {lesion.number for lesion in older} <= set(newer)
            for lesion in older:
                now = newer[lesion.number]
                assert lesion.size_mm <= now.size_mm
                assert now.subtlety <= lesion.subtlety <= 1
                assert (lesion.seed, lesion.at, lesion.laterality) == (
                    now.seed,
                    now.at,
                    now.laterality,
                )
                assert (lesion.kind, lesion.malignant) == (now.kind, now.malignant)
            newer = {lesion.number: lesion for lesion in older}


def test_malignant_lesions_were_smaller_or_absent_and_benign_ones_the_same() -> None:
    absent = smaller = 0
    for patient in patients():
        older = {lesion.number: lesion for lesion in at_exam(patient, 1)}
        for lesion in patient:
            before = older.get(lesion.number)
            if lesion.malignant:
                absent += before is None
                smaller += before is not None
                assert before is None or before.size_mm < 0.9 * lesion.size_mm
            elif lesion.term(DescriptorAxis.ASYMMETRY) != "developing":
                assert before == lesion
    assert absent > 50
    assert smaller > 50


def test_a_malignant_mass_has_half_its_volume_one_doubling_time_before() -> None:
    masses = [each for each in of_kind(FindingKind.MASS) if each.malignant and each.size_mm > 8]
    kept = 0
    for mass in masses:
        days = doubling_days(mass)
        assert 100 <= days <= 300
        for older in at_exam((mass,), 1, days / 365.25):
            kept += 1
            assert (older.size_mm / mass.size_mm) ** 3 == pytest.approx(0.5)
    assert kept > 20


def test_a_developing_asymmetry_was_smaller_or_absent_and_not_yet_developing() -> None:
    developing = [each for each in every() if each.term(DescriptorAxis.ASYMMETRY) == "developing"]
    older = at_exam(tuple(developing), 1)
    assert 0 < len(older) < len(developing)
    assert {each.term(DescriptorAxis.ASYMMETRY) for each in older} == {"focal"}


def test_nothing_is_called_developing_without_a_prior() -> None:
    alone = [without_prior(patient) for patient in patients()]
    assert "developing" not in {
        lesion.term(DescriptorAxis.ASYMMETRY) for patient in alone for lesion in patient
    }
    assert [len(patient) for patient in alone] == [len(patient) for patient in patients()]


def test_a_mass_is_called_calcified_only_while_its_group_is_there() -> None:
    for patient in patients():
        for exam in (1, 2, 3):
            older = at_exam(patient, exam)
            for mass in older:
                if "calcifications" in mass.terms(DescriptorAxis.ASSOCIATED_FEATURE):
                    assert sum(other.at == mass.at for other in older) == 2


def test_older_exams_lie_further_back_by_one_or_two_years_each() -> None:
    gaps = Counter[int]()
    for seed in range(100):
        days = [interval_days(seed, exam) for exam in range(4)]
        assert days[0] == 0
        for earlier, later in pairwise(days):
            gaps[round((later - earlier) / 365.25)] += 1
            assert 340 < later - earlier < 800
    assert set(gaps) == {1, 2}


def test_the_demonstration_shows_three_plain_lesions() -> None:
    for seed in range(60):
        spiculated, oval, group = plan_lesions(seed, Content.DEMO, Composition.B, BODIES)
        assert [spiculated.number, oval.number, group.number] == [1, 2, 3]
        assert spiculated.term(DescriptorAxis.MASS_MARGIN) == "spiculated"
        assert spiculated.malignant
        assert 14 <= spiculated.size_mm <= 20
        assert oval.term(DescriptorAxis.MASS_MARGIN) == "circumscribed"
        assert oval.assessment in {Assessment.BENIGN, Assessment.PROBABLY_BENIGN}
        assert not oval.malignant
        assert 10 <= oval.size_mm <= 16
        assert oval.laterality is spiculated.laterality.opposite
        assert group.term(DescriptorAxis.CALCIFICATION_MORPHOLOGY) == "fine-pleomorphic"
        assert group.assessment in {
            Assessment.MODERATE_SUSPICION,
            Assessment.HIGH_SUSPICION,
        }
        assert max(each.subtlety for each in (spiculated, oval, group)) <= 0.4


@pytest.mark.parametrize("body", [SMALL, BODY, LARGE])
@pytest.mark.parametrize("sides", [tuple(BODIES), (Laterality.RIGHT,)])
def test_the_demonstration_lies_well_inside_even_in_one_breast(
    body: HalfEllipsoid, sides: tuple[Laterality, ...]
) -> None:
    for seed in range(60):
        lesions = plan_lesions(seed, Content.DEMO, Composition.D, dict.fromkeys(sides, body))
        assert len(lesions) == 3
        for lesion in lesions:
            low, high = lesion.assessment.likelihood or (0, 0)
            assert low <= lesion.probability <= high
            assert (
                math.sqrt(body.level(lesion.at)) * body.half_width_mm + (lesion.size_mm / 2)
                < body.half_width_mm + 1e-9
            )
        for one, other in combinations(lesions, 2):
            if one.laterality is other.laterality:
                assert distance_mm(one.at, other.at) > (one.size_mm + other.size_mm) / 2
