"""Which inference providers this installation offers, without starting any."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import metadata

WHEELS = ("onnxruntime", "onnxruntime-gpu")


@dataclass(frozen=True)
class RuntimeState:
    """What is installed. wheels: name and version. offered: what onnxruntime says it has.

    An offered provider may still fail to load; only a session tells.
    """

    wheels: tuple[str, ...]
    offered: tuple[str, ...]

    @property
    def conflict(self) -> bool:
        """Both wheels write the same folder; together neither can be trusted."""
        return len(self.wheels) > 1


def runtime_state() -> RuntimeState:
    """Look at the installation; never raises, loads onnxruntime only if a wheel is there."""
    wheels = tuple(f"{name} {version}" for name in WHEELS if (version := _version(name)))
    if not wheels:
        return RuntimeState((), ())
    try:
        import onnxruntime  # noqa: PLC0415 - it costs half a second at start
    except ImportError:
        return RuntimeState(wheels, ())
    return RuntimeState(wheels, tuple(onnxruntime.get_available_providers()))


def _version(name: str) -> str | None:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return None
