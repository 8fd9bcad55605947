"""Saves revision after revision, and says so of each, until it is killed."""

from __future__ import annotations

import sys

from annotations.document.document import Document
from annotations.document.opinion import Opinion
from archive.archive import Archive
from archive.revisions.revision import NewRevision

if __name__ == "__main__":
    with Archive.open(sys.argv[1]) as archive:
        study = sys.argv[2]
        parents: tuple[str, ...] = ()
        for number in range(100_000):
            said = Document(study, opinion=Opinion(note=f"{number} " + "x" * 2000))
            parents = (archive.revisions.save(NewRevision(said, "anna", parents)).uid,)
            sys.stdout.write(f"{parents[0]}\n")
            sys.stdout.flush()
