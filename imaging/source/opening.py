"""Turns an image reference into a readable, seekable stream of bytes."""

from __future__ import annotations

from typing import BinaryIO

from domain.study import ImageRef
from imaging.source.bare_dicom import with_front
from imaging.source.plain_file import open_plain
from imaging.source.zip_source import open_member


def open_ref(ref: ImageRef) -> BinaryIO:
    """Open the image's bytes for reading from the start; the caller closes the stream.

    A DICOM data set stored without preamble gets one. Raises UnreadableFileError where the
    system refuses or the path names no plain file, ArchiveError where a zip member is damaged,
    encrypted or unsafe.
    """
    if ref.member is None:
        return with_front(open_plain(ref.path))
    return with_front(open_member(ref.path, ref.member))
