"""Makes a tool for the hand."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from viewing.tools.asked import AskedOutlineTool
from viewing.tools.box import BoxTool
from viewing.tools.brush import BrushTool, EraserTool
from viewing.tools.contour import ContourTool
from viewing.tools.dots import AllDotsTool, DotsTool
from viewing.tools.edit import EditTool
from viewing.tools.ellipse import EllipseTool
from viewing.tools.point import PointTool
from viewing.tools.push import PushTool
from viewing.tools.redraw import RedrawTool
from viewing.tools.threshold import ThresholdBrushTool
from viewing.tools.tool import Tool, ToolId
from viewing.tools.wire import LivewireTool

_TOOLS: Mapping[ToolId, Callable[[], Tool]] = MappingProxyType(
    {
        ToolId.BOX: BoxTool,
        ToolId.CONTOUR: ContourTool,
        ToolId.LIVEWIRE: LivewireTool,
        ToolId.AI_CONTOUR: AskedOutlineTool,
        ToolId.OUTLINE_ELLIPSE: EllipseTool,
        ToolId.POINT: PointTool,
        ToolId.DOTS: DotsTool,
        ToolId.ALL_DOTS: AllDotsTool,
        ToolId.EDIT: EditTool,
        ToolId.PUSH: PushTool,
        ToolId.REDRAW: RedrawTool,
        ToolId.BRUSH: BrushTool,
        ToolId.ERASER: EraserTool,
        ToolId.THRESHOLD_BRUSH: ThresholdBrushTool,
    }
)


def make_tool(tool: ToolId) -> Tool:
    """A tool as it comes out of the box: nothing begun, nothing shown."""
    return _TOOLS[tool]()
