"""Writes a set of findings as a folder that is there as a whole, or not at all."""

from __future__ import annotations

import json
import secrets
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from annotations.exchange.format import ExchangeError, ExchangeFormat, Loss, Pictures
from annotations.exchange.neutral import Exchange
from annotations.keeping.disk import reason

LOSSES = "losses.json"


def write_out(
    form: ExchangeFormat,
    exchange: Exchange,
    folder: Path,
    *,
    pictures: Pictures | None = None,
    lost: Sequence[Loss] = (),
) -> tuple[Loss, ...]:
    """Write into an empty folder, and ``losses.json`` beside; all losses are returned.

    lost: what was lost before, such as by anonymising. Raises ExchangeError, and CancelledError
    of the set's ``watch``.
    """
    losses = (*lost, *form.write(exchange, folder, pictures))
    told = [{"what": one.aspect.value, "count": one.count, "why": one.why} for one in losses]
    (folder / LOSSES).write_text(json.dumps(told, indent=1) + "\n", encoding="utf-8")
    return losses


@contextmanager
def whole_folder(target: Path) -> Iterator[Path]:
    """A folder to write into that becomes ``target`` when nothing failed, for its owner alone.

    target: a folder that is missing or empty. Raises ExchangeError where it is neither or the
    disk refuses; whatever is raised, the target is as it was.
    """
    made: Path | None = None
    try:
        there = target.exists()
        if there and next(target.iterdir(), None) is not None:
            raise ExchangeError(
                "is not empty", where=str(target), remedy="Choose a new folder (--out)"
            )
        above = target if there else target.parent
        above.mkdir(parents=True, exist_ok=True, mode=0o700)
        made = above / f".{target.name}-{secrets.token_hex(4)}"
        made.mkdir(mode=0o700)
        yield made
        if there:
            _empty_into(made, target)
        else:
            made.rename(target)
    except OSError as error:
        raise ExchangeError(
            f"can't be written: {reason(error)}", where=str(target), remedy="Nothing was exported"
        ) from error
    finally:
        if made is not None and made.exists():
            shutil.rmtree(made, ignore_errors=True)


def _empty_into(made: Path, target: Path) -> None:
    """A folder that is there already may be one that can't be made anew, such as a disk's own."""
    moved: list[Path] = []
    try:
        for one in sorted(made.iterdir()):
            one.rename(target / one.name)
            moved.append(target / one.name)
    except OSError:
        for one in moved:
            with suppress(OSError):
                shutil.rmtree(one) if one.is_dir() else one.unlink()
        raise
