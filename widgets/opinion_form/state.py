"""What the form of the report shows, as frozen data."""

from __future__ import annotations

from dataclasses import dataclass

from annotations.document.opinion import NO_OPINION, Opinion
from domain.lexicon import Assessment
from widgets.remark import Remark


@dataclass(frozen=True)
class OpinionFormState:
    """The report of one study.

    offered_composition: letter that a model would choose, with its probability in words behind it;
    empty where none tells.

    study: its uid; text that was typed is kept with the study that it was typed for. proposed:
    what the findings' assessments amount to, shown while nothing else was said. normal: whether
    "Normal, next case" may be pressed, which is where nothing was found. report: the report as
    plain text, for the preview. read_only: why nothing can be changed, empty where it can.
    """

    study: str
    opinion: Opinion = NO_OPINION
    proposed: Assessment | None = None
    remarks: tuple[Remark, ...] = ()
    offered_composition: str = ""
    composition_share: str = ""
    normal: bool = True
    report: str = ""
    read_only: str = ""
