"""The outlining process: it hears one question at a time and answers it; it ends with its pipe."""

from __future__ import annotations

import contextlib
import json
import signal
from multiprocessing.connection import Connection
from pathlib import Path

from domain.errors import FourviewError
from domain.geometry import Box
from inference.backends.memory import keep_freed_memory

MOST_BYTES = 512 << 20
"""Of one message: no part of an image is larger."""


def main(connection: Connection, folder: str, digest: str) -> None:
    """Entry of the spawned process. folder, digest: of the package that draws contours."""
    with contextlib.suppress(ValueError, OSError):
        signal.signal(signal.SIGINT, signal.SIG_IGN)
    keep_freed_memory()
    with contextlib.suppress(OSError):  # where memory runs out, rather this than the window
        Path("/proc/self/oom_score_adj").write_text("600")
    with contextlib.suppress(EOFError, OSError):
        outliner = _Outliner(folder, digest)
        connection.send_bytes(outliner.began())
        while True:
            told, data = connection.recv_bytes(MOST_BYTES), connection.recv_bytes(MOST_BYTES)
            connection.send_bytes(outliner.answer(told, data))


class _Outliner:
    """The package's system with its network loaded and warm."""

    def __init__(self, folder: str, digest: str) -> None:
        from inference.outlining.loading import load  # noqa: PLC0415 - libraries that fail are told

        self._trouble = ""
        try:
            self._system, self._runner = load(Path(folder), digest)
        except FourviewError as error:
            self._trouble = str(error)
        except Exception as error:  # noqa: BLE001 - a library that is missing or broken
            self._trouble = f"the network could not be loaded ({type(error).__name__})"

    def began(self) -> bytes:
        return json.dumps({"trouble": self._trouble}).encode()

    def answer(self, told: bytes, data: bytes) -> bytes:
        from inference.outlining.question import answer_bytes, heard_part  # noqa: PLC0415

        if self._trouble:
            return self.began()
        try:
            image, place = heard_part(json.loads(told), data)
            if len(place) == 2:
                x, y = place
                return answer_bytes(self._system.contour_at(image, x, y, self._runner))
            return answer_bytes(self._system.contour(image, Box(*place), self._runner))
        except FourviewError as error:
            return json.dumps({"trouble": str(error)}).encode()
        except Exception as error:  # noqa: BLE001 - a defect in one outline must not end the rest
            said = f"the contour failed by a defect of the program ({type(error).__name__})"
            return json.dumps({"trouble": said}).encode()
