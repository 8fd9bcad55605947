"""Judges the members of a zip file, one after the other, without unpacking more than headers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import closing

from domain.errors import CancelledError, FourviewError
from imaging.scanning.scan_pool import Cancelled, Records
from imaging.scanning.sources import Source
from imaging.scanning.verdict import Faulty, Verdict, judge, reason_of
from imaging.scanning.verdict_record import encode
from imaging.source.bare_dicom import with_front
from imaging.source.zip_source import Archive

_BATCH = 16


def read_members(
    archive: Archive, sources: Sequence[Source], cancelled: Cancelled
) -> Iterator[Records]:
    """Records of members, some at a time. Raises CancelledError.

    Of deflated members the compressed pixels are not checked to be whole: that would unpack them.
    """
    for start in range(0, len(sources), _BATCH):
        if cancelled():
            raise CancelledError("the scan was stopped")
        batch = sources[start : start + _BATCH]
        yield [(source, encode(_judge_member(archive, source))) for source in batch]


def _judge_member(archive: Archive, source: Source) -> Verdict:
    try:
        with closing(with_front(archive.head(source.name))) as stream:
            return judge(stream, compressed=archive.is_stored(source.name))
    except FourviewError as error:
        return Faulty(reason_of(error))
