"""Hanging protocols: which views a step shows, in which panes, at which size."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import Enum


class SizeMode(Enum):
    """How large images are drawn."""

    SAME = "same"
    """One mm per screen pixel over all panes of the step."""
    FIT = "fit"
    """Each breast as large as its pane allows."""
    TRUE = "true"
    """One mm of breast is one mm of screen; needs a calibrated screen."""
    ACTUAL = "actual"
    """One image pixel is one screen pixel."""


@dataclass(frozen=True)
class PaneSelector:
    """What a pane asks for: a four-view slot of the current exam (0) or a prior one (1, 2, ...).

    displaced: the implant-displaced image of the slot, never in place of the full one.
    """

    slot: str
    exam: int = 0
    displaced: bool = False

    def __str__(self) -> str:
        name = f"{self.slot} ID" if self.displaced else self.slot
        return {0: name, 1: f"{name} prior"}.get(self.exam, f"{name} prior {self.exam}")

    @property
    def written(self) -> str:
        """As protocol files write it: ``RCC``, ``RCC ID``, ``RCC@1``."""
        name = f"{self.slot} ID" if self.displaced else self.slot
        return f"{name}@{self.exam}" if self.exam else name


@dataclass(frozen=True)
class Step:
    """One arrangement on the screen.

    layout: rows of panes from the top, each from the left; all rows are equally long. An empty
    layout is filled with the images that no slot took. quadrants: one image at 1:1, which going on
    takes the reader through tile by tile before the next step. marks: for looking at the marks of
    the AI reading; left out where none reads.
    """

    id: str
    title: str
    size: SizeMode
    layout: tuple[tuple[PaneSelector, ...], ...]
    quadrants: bool = False
    marks: bool = False

    @property
    def shows_extras(self) -> bool:
        """Whether the step lays out the images that fill no slot."""
        return not self.layout


@dataclass(frozen=True)
class Protocol:
    """Steps in reading order."""

    id: str
    title: str
    steps: tuple[Step, ...]

    @property
    def shows_displaced(self) -> bool:
        """Whether some step has panes for implant-displaced images."""
        return any(pane.displaced for step in self.steps for row in step.layout for pane in row)

    def without_marks(self) -> Protocol:
        """Without the steps that are for looking at the marks of the AI reading.

        The same where nothing else would be left.
        """
        steps = tuple(step for step in self.steps if not step.marks)
        return replace(self, steps=steps) if steps else self

    def step(self, step_id: str) -> Step:
        """Find a step by its id. Raises KeyError where there is none."""
        for step in self.steps:
            if step.id == step_id:
                return step
        raise KeyError(step_id)
