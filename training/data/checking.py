"""What a downloaded data set holds, what of it is missing, and what is odd."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from training.data.sample import SampleInfo
from training.data.sets.listing import FolderSet, Oddity
from training.data.sources import recognise


@dataclass(frozen=True)
class Report:
    """The outcome of a check. findings: counts by the kind's name; splits: images by the makers'
    word, ``none`` where there is none. empty: images without any finding. rejected: hard negatives.
    """

    folder: str
    layout: str
    title: str
    patients: int
    images: int
    empty: int
    findings: Mapping[str, int]
    masks: int
    splits: Mapping[str, int]
    rejected: int
    oddities: tuple[Oddity, ...]

    @property
    def by_sort(self) -> Mapping[str, tuple[Oddity, ...]]:
        """The oddities by their sort, the most frequent first."""
        found: dict[str, list[Oddity]] = defaultdict(list)
        for one in self.oddities:
            found[one.what].append(one)
        ranked = sorted(found.items(), key=lambda each: (-len(each[1]), each[0]))
        return {what: tuple(some) for what, some in ranked}

    def to_json(self) -> dict[str, Any]:
        """Plain values for ``json.dumps``."""
        odd = [
            {"what": one.what, "where": one.where, "detail": one.detail} for one in self.oddities
        ]
        return {
            "folder": self.folder,
            "layout": self.layout,
            "title": self.title,
            "patients": self.patients,
            "images": self.images,
            "images_without_findings": self.empty,
            "findings": dict(self.findings),
            "findings_with_mask": self.masks,
            "splits": dict(self.splits),
            "rejected": self.rejected,
            "oddities": odd,
        }


def check_folder(path: Path) -> Report:
    """Look through a folder; pixels are read where a layout's truths lie in them.

    Raises BadInputError where the layout is not known or nothing can be read of it.
    """
    return check(recognise(path))


def check(data: FolderSet) -> Report:
    """Look through a data set. Raises BadInputError as its ``infos`` does."""
    infos = data.infos()
    findings = [one for info in infos for one in info.findings]
    listing = data.listing
    return Report(
        folder=str(data.folder),
        layout=data.layout.key,
        title=data.layout.title,
        patients=len({info.patient for info in infos}),
        images=len(infos),
        empty=sum(not info.findings for info in infos),
        findings=dict(sorted(Counter(one.kind.value for one in findings).items())),
        masks=sum(one.mask is not None for one in findings),
        splits=dict(sorted(Counter(info.split or "none" for info in infos).items())),
        rejected=sum(len(one.rejected) for one in listing.entries),
        oddities=(*listing.oddities, *_crossing(infos), *_repeated(infos), *_unknown(infos)),
    )


def _crossing(infos: Sequence[SampleInfo]) -> Iterator[Oddity]:
    splits: dict[str, set[str]] = defaultdict(set)
    for info in infos:
        splits[info.patient].add(info.split)
    for patient, found in sorted(splits.items()):
        if len(found) > 1:
            which = " and ".join(sorted(one or "none" for one in found))
            yield Oddity("patient in two splits", patient, which)


def _repeated(infos: Sequence[SampleInfo]) -> Iterator[Oddity]:
    """Patients with one view more than once: another exam, a repeat, or two patients in one."""
    views: dict[str, Counter[str]] = defaultdict(Counter)
    for info in infos:
        if info.laterality and info.position:
            views[info.patient][info.view] += 1
    for patient, counts in sorted(views.items()):
        most, count = counts.most_common(1)[0]
        if count > 1:
            yield Oddity("patient with one view twice", patient, f"{count} times {most}")


def _unknown(infos: Sequence[SampleInfo]) -> Iterator[Oddity]:
    for info in infos:
        if info.laterality is None or info.position is None:
            yield Oddity("unknown side or view", info.name)
