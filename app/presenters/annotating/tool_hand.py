"""The annotation tool in the hand: passes gestures on to it, image by image."""

from __future__ import annotations

from dataclasses import replace

from domain.geometry import ImagePoint
from viewing.tools.keyboard import KeyboardPointer, step_of
from viewing.tools.tool import (
    NOTHING,
    NOTHING_SHOWN,
    Answer,
    Canvas,
    Preview,
    Tool,
    ToolId,
    ToolKey,
    Touch,
)
from viewing.tools.toolbox import make_tool


class ToolHand:
    """Holds one tool, and knows which image its unfinished gesture belongs to."""

    def __init__(self) -> None:
        self._tool: Tool | None = None
        self._uid = ""
        self._down = False
        self._pointer: KeyboardPointer | None = None

    @property
    def tool(self) -> Tool | None:
        """The tool, ``None`` while a tool that is no annotation tool is in the hand."""
        return self._tool

    @property
    def unfinished(self) -> bool:
        """Whether something is begun that Escape lets go."""
        return self._tool is not None and self._tool.unfinished

    def take(self, tool: ToolId | None) -> None:
        """Take another tool; what is unfinished is let go."""
        self.leave()
        self._tool = make_tool(tool) if tool is not None else None

    def preview_on(self, uid: str) -> Preview:
        """What the tool shows on an image, and where the pointer of the keyboard is."""
        if self._tool is None or uid != self._uid:
            return NOTHING_SHOWN
        preview = self._tool.preview
        if self._pointer is None:
            return preview
        return replace(preview, dots=(*preview.dots, self._pointer.at))

    def press(self, touch: Touch, canvas: Canvas) -> Answer:
        """A button goes down; on another image the gesture before is let go."""
        if self._tool is None:
            return NOTHING
        if canvas.uid != self._uid:
            self.leave()
        self._uid, self._down, self._pointer = canvas.uid, True, None
        return self._tool.press(touch, canvas)

    def drag(self, touch: Touch, canvas: Canvas) -> Answer:
        """With the button down; other images than the one that was pressed on don't matter."""
        if self._tool is None or not self._down or canvas.uid != self._uid:
            return NOTHING
        return self._tool.drag(touch, canvas)

    def release(self, touch: Touch, canvas: Canvas) -> Answer:
        """The button goes up."""
        down, self._down = self._down, False
        if self._tool is None or not down or canvas.uid != self._uid:
            return NOTHING
        return self._tool.release(touch, canvas)

    def hover(self, touch: Touch, canvas: Canvas) -> Answer:
        """Over another image nothing happens to what is unfinished on the first."""
        if self._tool is None or self._down:
            return NOTHING
        if canvas.uid != self._uid:
            if self._tool.unfinished:
                return NOTHING
            self.leave()
            self._uid = canvas.uid
        return self._tool.hover(touch, canvas)

    def key(self, key: ToolKey, canvas: Canvas, middle: ImagePoint) -> Answer | None:
        """A key for the tool; ``None`` where it means nothing to it.

        Arrows move a pointer of the keyboard, which stands for the mouse from then on; in the
        hand that edits they move what is selected. middle: of what is seen of the image.
        """
        if self._tool is None:
            return None
        moves = step_of(key, canvas.turn) is not None and self._tool.id is not ToolId.EDIT
        if moves and self._pointer is None and not self._down:
            if canvas.uid != self._uid:
                self.leave()
            self._uid, self._pointer = canvas.uid, KeyboardPointer(middle)
        if self._pointer is not None and canvas.uid == self._uid:
            if key is ToolKey.CANCEL and not self._pointer.down and not self._tool.unfinished:
                self._pointer = None
                return NOTHING
            return self._pointer.key(key, self._tool, canvas)
        return self._tool.key(key, canvas)

    def leave(self) -> None:
        """Let go of what is unfinished."""
        self._down, self._pointer = False, None
        if self._tool is not None:
            self._tool.leave()
