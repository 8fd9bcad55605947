"""Several data sets as one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from domain.errors import BadInputError
from training.data.sample import DataSet, Sample, SampleInfo


@dataclass(frozen=True)
class Combined:
    """Several data sets as one; images are named by their set's number and their own name."""

    sets: tuple[DataSet, ...]

    @property
    def name(self) -> str:
        """All their names."""
        return "; ".join(one.name for one in self.sets)

    def infos(self) -> Sequence[SampleInfo]:
        """Of all sets, in their order."""
        return [
            replace(info, name=f"{number}:{info.name}")
            for number, one in enumerate(self.sets)
            for info in one.infos()
        ]

    def open(self, info: SampleInfo) -> Sample:
        """Read one image from its set."""
        number, colon, own = info.name.partition(":")
        if not (colon and number.isdecimal() and int(number) < len(self.sets)):
            raise BadInputError(f"no image {info.name!r} is in these sets", where=self.name)
        sample = self.sets[int(number)].open(replace(info, name=own))
        return replace(sample, info=info)


def combined(sets: Sequence[DataSet]) -> DataSet:
    """Several sets as one; a single one as it is. Raises BadInputError for none."""
    if not sets:
        raise BadInputError("no data are given", remedy="Name a data set with --data")
    return sets[0] if len(sets) == 1 else Combined(tuple(sets))


def members(data: DataSet) -> tuple[DataSet, ...]:
    """The sets that a set is made of, those of its members too; a plain one is its own."""
    if not isinstance(data, Combined):
        return (data,)
    return tuple(one for each in data.sets for one in members(each))
