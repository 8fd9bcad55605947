"""Brings what the tool for a network's contours wants to the process that draws them, and back."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Protocol

from app.presenters.annotating.annotating import AnnotatingPresenter
from domain.errors import FourviewError
from viewing.tools.asked import AskedOutlineTool, Wanted

if TYPE_CHECKING:  # the first paint needs none of this
    from inference.outlining.question import Outline, Question
    from inference.packages.package import ModelPackage


class DrawsOutlines(Protocol):
    """What ``inference.outlining.outliner.Outliner`` does; tests may give another."""

    def warm(self) -> None:
        """Have it ready."""
        ...

    def preview(self, question: Question, heard: Callable[[Outline], None]) -> None:
        """Ask; an earlier preview that waits is dropped."""
        ...

    def ask(self, question: Question, heard: Callable[[Outline], None]) -> None:
        """Ask for what is to stay."""
        ...

    def forget(self) -> None:
        """Another package may be active."""
        ...

    def close(self, seconds: float = 2.0) -> None:
        """End it."""
        ...


class OutliningPresenter:
    """All methods are called on the window's thread. make: gives what draws, when first needed."""

    def __init__(self, annotating: AnnotatingPresenter, make: Callable[[], DrawsOutlines]) -> None:
        self._annotating, self._make = annotating, make
        self._draws: DrawsOutlines | None = None
        self._tool: AskedOutlineTool | None = None
        self._asked: Wanted | None = None
        self._closed = False
        annotating.moved.connect(self._look)
        annotating.changed.connect(self._look)

    def forget(self) -> None:
        """Another package may be active from now on."""
        if self._draws is not None:
            self._draws.forget()

    def close(self) -> None:
        """End the process."""
        self._closed = True
        if self._draws is not None:
            self._draws.close()

    def _look(self) -> None:
        tool = self._annotating.hand.tool
        if not isinstance(tool, AskedOutlineTool) or self._closed:
            self._tool = self._asked = None
            return
        if tool is not self._tool:
            self._tool = tool
            self._drawing().warm()
        wanted = tool.wanted
        if wanted is None or wanted is self._asked:
            return
        self._asked = wanted
        question = self._question(wanted)
        if question is not None:
            self._ask(tool, wanted, question)

    def _ask(self, tool: AskedOutlineTool, wanted: Wanted, question: Question) -> None:
        def heard(outline: Outline) -> None:
            if tool is self._annotating.hand.tool and not self._closed:
                said = outline.trouble
                self._annotating.take_answer(tool.heard(wanted, outline.points, said))

        draws = self._drawing()
        (draws.ask if wanted.final else draws.preview)(question, heard)

    def _question(self, wanted: Wanted) -> Question | None:
        from inference.outlining.question import Question  # noqa: PLC0415 - after the first paint

        opened = self._annotating.opened(wanted.place.uid)
        if opened is None:
            return None
        # The canvas holds the pixels of the frame that was drawn on, whatever is shown by now.
        pixels, grey = wanted.canvas.pixels, opened.image.grey
        return Question(pixels, grey, opened.view.spacing, wanted.box, wanted.at)

    def _drawing(self) -> DrawsOutlines:
        if self._draws is None:
            self._draws = self._make()
        return self._draws


def contour_package() -> ModelPackage | None:
    """The package that draws contours: of the active reader, else the active one of its stage.

    Raises FourviewError where what is active can't be used.
    """
    from inference.packages.manifest import Stage  # noqa: PLC0415 - after the first paint
    from inference.packages.registry import Registry  # noqa: PLC0415

    registry = Registry()
    try:
        of_reader = [one for one in registry.reading() if one.manifest.stage is Stage.CONTOUR]
    except FourviewError:
        of_reader = []
    return of_reader[0] if of_reader else registry.active(Stage.CONTOUR)
