"""All settings: type, default, limits, title and help. The dialog is made from this.

A part or field with ``hidden`` in its extra is kept in the file but has no row in the dialog.
"""

from __future__ import annotations

from enum import Enum
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

MOST_RECENT = 12


def QT_TRANSLATE_NOOP(context: str, text: str) -> str:  # noqa: ARG001, N802 - Qt's tool looks for it
    """Mark a text for Qt's translation without needing Qt here."""
    return text


T = QT_TRANSLATE_NOOP
HIDDEN: dict[str, Any] = {"hidden": True}


class SizeChoice(Enum):
    """How large images are at first."""

    PROTOCOL = "protocol"
    FIT = "fit"
    SAME = "same"
    TRUE = "true"
    ACTUAL = "actual"


class Part(BaseModel):
    """A page of the dialog and a table of the file. Unknown keys are the file's own matter."""

    model_config = ConfigDict(frozen=True, extra="ignore", validate_default=True)


class ReadingSettings(Part):
    """How studies are read."""

    reader: str = Field(
        default="",
        max_length=80,
        title=T("Settings", "Reader"),
        description=T("Settings", "Your name, as it stands in the banner and beside findings"),
    )
    protocol: str = Field(
        default="screening",
        min_length=1,
        title=T("Settings", "Hanging protocol"),
        description=T("Settings", "Name of a protocol, or the path of a .toml file"),
    )
    size: SizeChoice = Field(
        default=SizeChoice.PROTOCOL,
        title=T("Settings", "Size at first"),
        description=T("Settings", "How large images are when a step opens"),
    )
    linked: bool = Field(
        default=True,
        title=T("Settings", "Link panes"),
        description=T("Settings", "Pan, zoom and window reach the panes that belong together"),
    )
    mirrored_cursor: bool = Field(
        default=True,
        title=T("Settings", "Mirrored cursor"),
        description=T("Settings", "A cross on the other breast while panes are linked"),
    )
    corner_text: bool = Field(
        default=True,
        title=T("Settings", "Corner text"),
        description=T("Settings", "Patient, dates and technique in the panes' corners"),
    )
    guideline: str = Field(
        default="",
        max_length=4096,
        title=T("Settings", "Label guideline"),
        description=T("Settings", "Path of the project's .md file; empty for the shipped one"),
    )
    mask_names: bool = Field(
        default=False,
        title=T("Settings", "Mask names"),
        description=T("Settings", "Show made-up names, for demonstrations"),
    )


class HandSettings(Part):
    """How mouse and wheel act."""

    zoom_step: float = Field(
        default=1.2,
        ge=1.05,
        le=2.0,
        title=T("Settings", "Zoom of a wheel click"),
        description=T("Settings", "Factor by which the image grows"),
    )
    window_speed: float = Field(
        default=1.0,
        ge=0.1,
        le=5.0,
        title=T("Settings", "Window speed"),
        description=T("Settings", "How fast a right drag changes the window"),
    )
    magnifier_factor: float = Field(
        default=2.0,
        ge=1.5,
        le=8.0,
        title=T("Settings", "Magnifier"),
        description=T("Settings", "Enlargement under the cursor"),
    )
    cine_rate: int = Field(
        default=20,
        ge=1,
        le=60,
        title=T("Settings", "Cine"),
        description=T("Settings", "Slices a second"),
    )


class AiMode(Enum):
    """When marks of the AI reading are shown."""

    SECOND_READER = "second reader"
    CONCURRENT = "concurrent"


class Device(Enum):
    """What networks run on."""

    AUTO = "auto"
    CPU = "cpu"
    CUDA = "cuda"
    OPENVINO = "openvino"
    OPENVINO_BF16 = "openvino-bf16"


class AiSettings(Part):
    """How the AI reading works."""

    mode: AiMode = Field(
        default=AiMode.SECOND_READER,
        title=T("Settings", "Marks are shown"),
        description=T(
            "Settings",
            "Second reader: after you have recorded an opinion. Concurrent: as soon as they come",
        ),
    )
    by_itself: bool = Field(
        default=True,
        title=T("Settings", "Run by itself"),
        description=T("Settings", "Each study is analysed when it is opened, and those behind it"),
    )
    device: Device = Field(
        default=Device.AUTO,
        title=T("Settings", "Runs on"),
        description=T(
            "Settings",
            "Auto takes a graphics card where one truly works. openvino-bf16 is the fast mode: it "
            "rounds more, and needs OpenVINO installed",
        ),
    )
    sort_list: bool = Field(
        default=False,
        title=T("Settings", "Sort the list by score"),
        description=T("Settings", "Studies with the highest AI score come first"),
    )
    cache_megabytes: int = Field(
        default=500,
        ge=10,
        le=100000,
        title=T("Settings", "Room for results, MB"),
        description=T("Settings", "Results are kept on disk, the oldest go first"),
    )


class MemorySettings(Part):
    """What is kept in memory."""

    cache_megabytes: int = Field(
        default=400,
        ge=100,
        le=64000,
        title=T("Settings", "Memory for images, MB"),
        description=T("Settings", "Studies beyond this are decoded again when they are opened"),
    )
    ahead: int = Field(
        default=2,
        ge=0,
        le=5,
        title=T("Settings", "Studies ahead"),
        description=T("Settings", "How many next studies are decoded while you read"),
    )


class ArchiveSettings(Part):
    """Where readings are kept."""

    address: str = Field(
        default="",
        max_length=1024,
        title=T("Settings", "Archive"),
        description=T(
            "Settings",
            "postgresql://ACCOUNT@SERVER/NAME, or sqlite:///FILE; empty for a file of your own",
        ),
    )


class ScreenCalibration(Part):
    """A screen measured with the ruler page; mm of one screen pixel."""

    millimetres: float = Field(gt=0.02, lt=2.0)
    checked: str = ""


class WindowSettings(Part):
    """Where the window was; geometry and state as Qt gives them, in base64."""

    geometry: str = ""
    state: str = ""
    side_panel: bool = True
    second_window: bool = False
    second_geometry: str = ""
    columns: str = ""


class Settings(Part):
    """Everything that is kept between starts."""

    reading: ReadingSettings = Field(default=ReadingSettings(), title=T("Settings", "Reading"))
    hands: HandSettings = Field(default=HandSettings(), title=T("Settings", "Mouse and wheel"))
    ai: AiSettings = Field(default=AiSettings(), title=T("Settings", "AI reading"))
    memory: MemorySettings = Field(default=MemorySettings(), title=T("Settings", "Memory"))
    archive: ArchiveSettings = Field(default=ArchiveSettings(), title=T("Settings", "Archive"))
    window: WindowSettings = Field(default=WindowSettings(), json_schema_extra=HIDDEN)
    screens: dict[str, ScreenCalibration] = Field(default={}, json_schema_extra=HIDDEN)
    keys: dict[str, str] = Field(default={}, json_schema_extra=HIDDEN)
    recent: list[str] = Field(default=[], max_length=MOST_RECENT, json_schema_extra=HIDDEN)

    def with_recent(self, path: str) -> Settings:
        """A path put first among the recent ones."""
        paths = [path, *(old for old in self.recent if old != path)]
        return self.model_copy(update={"recent": paths[:MOST_RECENT]})

    def with_key(self, action_id: str, key: str) -> Settings:
        """An action given a key of the reader's own; empty for no key."""
        return self.model_copy(update={"keys": {**self.keys, action_id: key}})
