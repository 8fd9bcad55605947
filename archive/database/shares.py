"""Whether a file lies on a network share, where SQLite can't be relied on.

SQLite's documentation: "WAL does not work over a network filesystem" (wal.html), and locks of
shares are often broken (howtocorrupt.html, 2.1).
"""

from __future__ import annotations

import ctypes
import os
import re
import sys
from pathlib import Path, PurePath

_SHARES = frozenset(
    {
        *("9p", "afs", "beegfs", "ceph", "cifs", "coda", "davfs", "fuse.davfs2", "fuse.glusterfs"),
        *("fuse.rclone", "fuse.s3fs", "fuse.smbnetfs", "fuse.sshfs", "glusterfs", "gpfs", "lustre"),
        *("ncpfs", "nfs", "nfs3", "nfs4", "orangefs", "prl_fs", "smb2", "smb3", "smbfs", "vboxsf"),
        *("virtiofs", "vmhgfs", "fuse.vmhgfs-fuse"),
    }
)
_MOUNTS = Path("/proc/self/mountinfo")
_DRIVE_REMOTE = 4
_ESCAPE = re.compile(r"\\([0-7]{3})")


def share_of(path: Path) -> str:
    """What kind of network share a path lies on, such as ``nfs4``; empty for a local disk.

    Where the system doesn't say, the disk is taken for local.
    """
    if os.name == "nt":
        return _windows_share(path)
    try:
        mounts = _MOUNTS.read_text(encoding="utf-8", errors="surrogateescape")
    except OSError:
        return ""
    kind = mount_kind(mounts, path.resolve())
    return kind if kind in _SHARES else ""


def mount_kind(mounts: str, path: PurePath) -> str:
    """The filesystem that an absolute path lies on, from the text of mountinfo (proc(5))."""
    deepest, kind = -1, ""
    for line in mounts.splitlines():
        head, _, tail = line.partition(" - ")
        fields, after = head.split(), tail.split()
        if len(fields) < 5 or not after:
            continue
        point = PurePath(_ESCAPE.sub(lambda found: chr(int(found[1], 8)), fields[4]))
        if path.is_relative_to(point) and len(point.parts) >= deepest:
            deepest, kind = len(point.parts), after[0]
    return kind


def _windows_share(path: Path) -> str:
    anchor = path.absolute().anchor
    if anchor.startswith("\\\\"):
        return "network share"
    if sys.platform == "win32":
        remote = ctypes.windll.kernel32.GetDriveTypeW(anchor) == _DRIVE_REMOTE
        return "network drive" if remote else ""
    return ""
