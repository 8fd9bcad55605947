"""Runs the benchmarks: ``python -m benchmarks [NAME ...] [--json FILE]``."""

from __future__ import annotations

import argparse
import importlib
import json
import platform
import subprocess
import sys
from pathlib import Path

from benchmarks.row import Row

MODULES = (
    "decode",
    "open_study",
    "scan",
    "phantom.speed",
    "panes",
    "window",
    "linking",
    "annotate",
    "annotate_effort",
    "outlining",
    "ai",
    "stages",
    "archive",
    "worklist",
    "exporting",
)
"""Each is a module ``benchmarks.NAME`` with ``def rows() -> list[Row]``."""


def main() -> int:
    """Measure what was asked for, print a table, and write JSON on request."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of {', '.join(MODULES)}")
    parser.add_argument("--json", type=Path, help="write the rows with machine and revision")
    arguments = parser.parse_args()
    unknown = sorted(set(arguments.names) - set(MODULES))
    if unknown:
        parser.error(f"no benchmark named {', '.join(unknown)}; there are {', '.join(MODULES)}")
    rows: list[Row] = []
    for name in arguments.names or MODULES:
        for row in importlib.import_module(f"benchmarks.{name}").rows():
            print(_line(row), flush=True)
            rows.append(row)
    if arguments.json:
        arguments.json.write_text(json.dumps([_record(row) for row in rows], indent=1) + "\n")
    return 0


def _line(row: Row) -> str:
    goal = ""
    if row.target is not None:
        sign = ">=" if row.at_least else "<="
        goal = f"  target {sign} {row.target:g}: {'met' if row.met else 'MISSED'}"
    return (
        f"{row.name}: {row.ours:.4g} {row.unit} against {row.reference:.4g} "
        f"({row.reference_is}), ratio {row.ratio:.3f}{goal}"
    )


def _record(row: Row) -> dict[str, object]:
    return {
        "name": row.name,
        "ours": row.ours,
        "reference": row.reference,
        "reference_is": row.reference_is,
        "ratio": row.ratio,
        "unit": row.unit,
        "target": row.target,
        "met": row.met,
        "machine": f"{platform.system()} {platform.machine()}, Python {platform.python_version()}",
        "revision": _revision(),
    }


def _revision() -> str:
    run = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"],
        capture_output=True,
        text=True,
        check=False,
    )
    return run.stdout.strip() or "unknown"


if __name__ == "__main__":
    sys.exit(main())
