"""Images beside findings, as grey PNG files of 16 bits."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt

from annotations.exchange.format import ExchangeError, Pictures, bad
from annotations.exchange.neutral import Exchange, ExchangeImage

FOLDER = "images"


def write_pictures(
    exchange: Exchange, folder: Path, pictures: Pictures | None, under: str = FOLDER
) -> Mapping[str, str]:
    """Write each image that ``pictures`` gives; the file names by uid, none without it."""
    names: dict[str, str] = {}
    if pictures is None:
        return names
    (folder / under).mkdir(exist_ok=True)
    for image in exchange.images:
        names[image.uid] = f"{under}/{image.stem}.png"
        write_png(folder / names[image.uid], pictures(image))
    return names


def write_png(path: Path, pixels: npt.NDArray[np.uint8] | npt.NDArray[np.uint16]) -> None:
    """Write a grey picture. Raises ExchangeError."""
    done, data = cv2.imencode(".png", pixels)
    if not done:
        raise ExchangeError("the picture can't be written as PNG", where=str(path))
    path.write_bytes(data.tobytes())


def read_png(path: Path, image: ExchangeImage | None = None) -> npt.NDArray[np.uint16]:
    """Read a picture of one channel, checked against its image's size. Raises ExchangeError."""
    try:
        data = np.frombuffer(path.read_bytes(), np.uint8)
        found = cv2.imdecode(data, cv2.IMREAD_UNCHANGED) if len(data) else None
    except OSError as error:
        raise bad(f"can't be read ({error.strerror})", path) from error
    except cv2.error as error:
        raise bad("is no picture that can be read", path) from error
    if found is None or found.ndim != 2:
        raise bad("is no grey picture that can be read", path)
    if image is not None and found.shape != image.size.shape:
        raise bad(
            f"is {found.shape[1]}x{found.shape[0]}, its image "
            f"{image.size.columns}x{image.size.rows}",
            path,
        )
    return found.astype(np.uint16)
