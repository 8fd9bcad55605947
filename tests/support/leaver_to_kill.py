"""Says something of a study, leaves it, and is killed at one moment of that."""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path

from annotations.commands.command import SetOpinion
from annotations.document.opinion import Opinion
from annotations.keeping.folders import reading_place
from annotations.keeping.kept_reading import KeptReading
from app.presenters.archiving import settling
from archive.archive import Archive


def die(*_: object, **_named: object) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


if __name__ == "__main__":
    folder, url, study, moment = Path(sys.argv[1]), sys.argv[2], sys.argv[3], sys.argv[4]
    reading = KeptReading.open(folder, study, "anna", post=lambda call: call())
    reading.do(SetOpinion(Opinion(note="said before the end")))
    reading.close()
    copy = settling.WorkingCopy(
        reading_place(folder, study, "anna"), study, "anna", reading.document
    )
    with Archive.open(url) as archive:
        if moment == "before it is saved":
            archive.revisions.save = die  # type: ignore[method-assign, assignment]
        else:
            settling._noted = die  # type: ignore[assignment]
        settling.settle(archive, copy, save=True)
