"""No patient crosses, whatever is added."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import BadInputError
from training.data.combining import combined
from training.data.sample import Sample, SampleInfo
from training.data.splits import Part, Shares, Splits, frozen_splits

MANY = [f"p{number}" for number in range(3000)]


@dataclass(frozen=True)
class Told:
    """A set of patients with the makers' split of each."""

    rows: tuple[tuple[str, str], ...]
    name: str = "a set"

    def infos(self) -> Sequence[SampleInfo]:
        return [
            SampleInfo(f"{number}", patient, split=split)
            for number, (patient, split) in enumerate(self.rows)
        ]

    def open(self, info: SampleInfo) -> Sample:
        raise NotImplementedError


def told(patients: Sequence[str], split: str = "") -> Told:
    return Told(tuple((patient, split) for patient in patients))


def parts(splits: Splits, data: Told) -> dict[str, Part]:
    return {info.patient: splits.part_of(info) for info in data.infos()}


patients = st.lists(st.integers(0, 60), max_size=40)
owned = st.fixed_dictionaries(
    {}, optional={n: st.sampled_from(["train", "test"]) for n in range(9)}
)


@given(added=st.lists(patients, max_size=5), makers=owned)
def test_no_patient_ever_crosses_whatever_is_added_later(
    tmp_path_factory: pytest.TempPathFactory,
    added: list[list[int]],
    makers: dict[int, str],
) -> None:
    path = tmp_path_factory.mktemp("splits") / "splits.json"
    before: dict[str, Part] = {}
    own = Told(tuple((f"own{number}", split) for number, split in makers.items()))
    sets: list[Told] = [own]
    for numbers in added:
        sets.append(told([f"p{number}" for number in numbers]))
        splits = frozen_splits(path, sets[::-1])
        assert Splits.load(path) == splits
        after = {patient: part for one in sets for patient, part in parts(splits, one).items()}
        assert before.items() <= after.items()
        before = after
        tested = {patient for patient, part in parts(splits, own).items() if part is Part.TEST}
        assert tested == {patient for patient, split in own.rows if split == "test"}


def test_the_draw_hangs_on_the_patient_alone_and_keeps_its_shares() -> None:
    shares = Shares(val=0.1, test=0.2)
    whole = parts(Splits(shares).with_sets([told(MANY)]), told(MANY))
    few = parts(Splits(shares).with_sets([told(MANY[7:9])]), told(MANY[7:9]))
    assert few.items() <= whole.items()
    counts = [sum(part is each for part in whole.values()) / len(MANY) for each in Part]
    assert counts == pytest.approx([0.7, 0.1, 0.2], abs=0.025)


def test_makers_test_and_val_are_kept() -> None:
    rows = (*((one, "train") for one in MANY[:99]), ("b", "val"), ("c", "test"))
    found = parts(Splits().with_sets([Told(rows)]), Told(rows))
    assert found == {patient: Part(split) for patient, split in rows}


def test_makers_train_is_divided_where_they_have_no_val_and_never_tested_on() -> None:
    data = Told((*((one, "train") for one in MANY), ("x", "test")))
    found = parts(Splits(Shares(val=0.2, test=0.2)).with_sets([data]), data)
    assert {patient for patient, part in found.items() if part is Part.TEST} == {"x"}
    share = sum(part is Part.VAL for part in found.values()) / len(found)
    assert share == pytest.approx(0.25, abs=0.03)


def test_one_set_s_val_divides_no_other_set_even_when_they_are_combined() -> None:
    with_val = Told((("a", "train"), ("b", "val")))
    without = told(MANY, "train")
    splits = Splits().with_sets([combined([with_val, without])])
    assert Part.VAL in parts(splits, without).values()
    assert parts(splits, with_val)["a"] is Part.TRAIN


@pytest.mark.parametrize("splits", [("train", "test"), ("train", "val"), ("", "test")])
def test_a_patient_in_two_splits_is_refused(splits: tuple[str, str]) -> None:
    rows = tuple(("a", split) for split in splits)
    with pytest.raises(BadInputError, match="a patient is in two splits"):
        Splits().with_sets([Told(rows)])


def test_a_patient_whom_another_set_tests_on_is_refused() -> None:
    trained = Splits().with_sets([told(["a"], "train")])
    with pytest.raises(BadInputError, match="test by its makers, train in the file"):
        trained.with_sets([told(["a"], "test")])


def test_an_empty_split_is_told() -> None:
    data = told(["a"], "train")
    splits = Splits(Shares(val=0, test=0)).with_sets([data])
    with pytest.raises(BadInputError, match="the split 'test' is empty"):
        splits.of(data.infos(), Part.TEST)
    assert len(splits.of(data.infos(), Part.TRAIN)) == 1


def test_a_patient_who_was_never_added_is_told() -> None:
    with pytest.raises(BadInputError, match="in no split"):
        Splits().part_of(SampleInfo("i", "a"))


def test_the_file_keeps_its_shares_and_names_nobody(tmp_path: Path) -> None:
    path = tmp_path / "run" / "splits.json"
    first = frozen_splits(path, [told(MANY[:50])], Shares(val=0.3, test=0.3))
    again = frozen_splits(path, [told(MANY[:60])], Shares(val=0, test=0))
    assert again.shares == first.shares
    assert set(first.parts.items()) <= set(again.parts.items())
    assert "p1" not in path.read_text()


@pytest.mark.parametrize("damage", ["", "{}", "[]", '{"format": "other", "version": 1}'])
def test_a_damaged_file_is_never_drawn_anew(tmp_path: Path, damage: str) -> None:
    path = tmp_path / "splits.json"
    path.write_text(damage)
    with pytest.raises(BadInputError, match=r"splits\.json"):
        frozen_splits(path, [told(["a"])])


def test_a_file_with_a_patient_twice_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "splits.json"
    Splits().with_sets([told(["a"], "test")]).save(path)
    name = next(iter(json.loads(path.read_text())["parts"]))
    path.write_text(path.read_text().replace('"parts": {', f'"parts": {{"{name}": "train", '))
    with pytest.raises(BadInputError, match="twice"):
        Splits.load(path)
