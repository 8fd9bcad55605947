"""Small data sets in the exact layouts of the public ones; their images are of nobody."""

from __future__ import annotations

import csv
import plistlib
from collections.abc import Mapping, Sequence
from pathlib import Path
from zipfile import ZipFile

import cv2
import numpy as np

from domain.laterality import Laterality
from domain.view_position import ViewPosition
from imaging.writing.writer import write_mammogram
from imaging.writing.writer_header import MammogramHeader

ROWS, COLUMNS = 96, 64


def breast(rows: int = ROWS, columns: int = COLUMNS) -> np.ndarray:
    """A half ellipse at the left, uint16 of 12 bits."""
    y, x = np.mgrid[0:rows, 0:columns]
    depth = 1 - np.hypot((y / rows - 0.5) / 0.45, x / columns / 0.8)
    return (np.clip(depth, 0, 1) * 4000).astype(np.uint16)


def rectangle(
    box: tuple[int, int, int, int], rows: int = ROWS, columns: int = COLUMNS
) -> np.ndarray:
    """uint8, 255 in left, top, right, bottom (past the last)."""
    mask = np.zeros((rows, columns), np.uint8)
    left, top, right, bottom = box
    mask[top:bottom, left:right] = 255
    return mask


def dicom(path: Path, pixels: np.ndarray, side: str = "L", view: str = "CC") -> Path:
    """A mammogram of 12 bits, or a mask of 8."""
    path.parent.mkdir(parents=True, exist_ok=True)
    bits = 8 if pixels.dtype == np.uint8 else 12
    header = MammogramHeader(Laterality(side), ViewPosition(view), bits_stored=bits)
    write_mammogram(path, pixels, header)
    return path


def picture(path: Path, pixels: np.ndarray) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    assert cv2.imwrite(str(path), pixels)
    return path


def table(path: Path, rows: Sequence[Mapping[str, object]], delimiter: str = ",") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, list(rows[0]), delimiter=delimiter)
        writer.writeheader()
        writer.writerows(rows)
    return path


def workbook(path: Path, rows: Sequence[Sequence[str]]) -> Path:
    """An XLSX whose first row lies in shared strings, as spreadsheet programs write it."""
    space = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
    shared = "".join(f"<si><t>{name}</t></si>" for name in rows[0])
    lines = []
    for number, row in enumerate(rows, start=1):
        cells = []
        for place, cell in enumerate(row):
            where = f"{chr(ord('A') + place)}{number}"
            if number == 1:
                cells.append(f'<c r="{where}" t="s"><v>{place}</v></c>')
            elif cell:
                cells.append(f'<c r="{where}" t="inlineStr"><is><t>{cell}</t></is></c>')
        lines.append(f'<row r="{number}">{"".join(cells)}</row>')
    with ZipFile(path, "w") as book:
        book.writestr("xl/sharedStrings.xml", f"<sst {space}>{shared}</sst>")
        sheet = f"<worksheet {space}><sheetData>{''.join(lines)}</sheetData></worksheet>"
        book.writestr("xl/worksheets/sheet1.xml", sheet)
    return path


def roi(name: str, *points: tuple[float, float]) -> dict[str, object]:
    return {
        "Name": name,
        "NumberOfPoints": len(points),
        "Point_px": [f"({x:.6f}, {y:.6f})" for x, y in points],
        "Point_mm": ["(0, 0, 0)"] * len(points),
    }


def plist(path: Path, *rois: Mapping[str, object]) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    image = {"ImageIndex": 0, "NumberOfROIs": len(rois), "ROIs": list(rois)}
    path.write_bytes(plistlib.dumps({"Images": [image]}, fmt=plistlib.FMT_XML))
    return path


def cbis_line(
    kind: str, split: str, patient: str, side: str, view: str, number: int, **more: object
) -> dict[str, object]:
    """A line of mass_case_description_train_set.csv or the like; the last path breaks the line."""
    prefix = "Training" if split == "train" else "Test"
    image = f"{kind.title()}-{prefix}_{patient}_{side}_{view}"
    words: dict[str, object] = (
        {"mass shape": "IRREGULAR-ARCHITECTURAL_DISTORTION", "mass margins": "SPICULATED"}
        if kind == "mass"
        else {"calc type": "PLEOMORPHIC", "calc distribution": "CLUSTERED"}
    )
    density = "breast_density" if kind == "mass" else "breast density"
    return {
        "patient_id": patient,
        density: 3,
        "left or right breast": side,
        "image view": view,
        "abnormality id": number,
        "abnormality type": "mass" if kind == "mass" else "calcification",
        **words,
        "assessment": 4,
        "pathology": "MALIGNANT",
        "subtlety": 4,
        "image file path": f"{image}/1.3.6.1/1.3.6.2/000000.dcm",
        "cropped image file path": f"{image}_{number}/1.3.6.3/1.3.6.4/000000.dcm",
        "ROI mask file path": f"{image}_{number}/1.3.6.3/1.3.6.4/000001.dcm\n",
        **more,
    }


def cbis(folder: Path) -> Path:
    """Two patients; P_00002 has one film under masses and calcifications, in train and in test."""
    mass = cbis_line("mass", "train", "P_00001", "LEFT", "CC", 1)
    table(folder / "mass_case_description_train_set.csv", [mass])
    both = cbis_line("mass", "test", "P_00002", "RIGHT", "MLO", 1, pathology="BENIGN")
    table(folder / "mass_case_description_test_set.csv", [both])
    calc = cbis_line("calc", "train", "P_00002", "RIGHT", "MLO", 1)
    table(folder / "calc_case_description_train_set.csv", [calc])
    # As the download names folders and files: other than the tables but for the first folder.
    inner = "07-20-2016-DDSM-NA-30288/1.000000-full mammogram images-24515/1-1.dcm"
    crop = breast()[20:50, 10:40]
    root = folder / "CBIS-DDSM"
    for image, side, view in (
        ("Mass-Training_P_00001_LEFT_CC", "L", "CC"),
        ("Mass-Test_P_00002_RIGHT_MLO", "R", "MLO"),
        ("Calc-Training_P_00002_RIGHT_MLO", "R", "MLO"),
    ):
        dicom(root / image / inner, breast(), side, view)
        roi_folder = root / f"{image}_1" / "07-21-2016-DDSM-NA-1" / "1.000000-ROI mask images-1"
        # The mask comes first here, where the tables have the cut-out.
        dicom(roi_folder / "1-1.dcm", rectangle((10, 20, 40, 50)), side, view)
        dicom(roi_folder / "1-2.dcm", crop, side, view)
    return folder


def inbreast(folder: Path) -> Path:
    """Three images of two patients, one without findings, under ``INbreast Release 1.0``."""
    root = folder / "INbreast Release 1.0"
    names = {
        "20586908": ("6c613a14b80a8591", "R", "CC"),
        "20586934": ("6c613a14b80a8591", "L", "ML"),
        "20587054": ("b6a4f750c6df4f90", "R", "ML"),
    }
    rows = []
    for number, (patient, side, view) in names.items():
        proper = "MLO" if view == "ML" else view
        name = f"{number}_{patient}_MG_{side}_{view}_ANON.dcm"
        dicom(root / "AllDICOMs" / name, breast(), side, proper)
        rows.append(
            {
                "Patient ID": "removed",
                "Patient age": "removed",
                "Laterality": side,
                "View": proper,
                "Acquisition date": "201001",
                "File Name": number,
                "ACR": "2",
                "Bi-Rads": "4a" if number == "20586908" else "1",
                "Mass ": "X" if number == "20586908" else "",
                "Micros": "",
            }
        )
    table(root / "INbreast.csv", rows, ";")
    square = ((10.0, 20.0), (29.6, 20.0), (29.6, 39.6), (10.0, 39.6))
    plist(
        root / "AllXML" / "20586908.xml",
        roi("Mass", *square),
        roi("Calcification", (15.0, 70.0)),
        roi("Espiculated Region", *square),
        roi("Something new", *square),
    )
    plist(root / "AllXML" / "20586934.xml", roi("Pectoral Muscle", *square))
    return folder


OVERLAY = """TOTAL_ABNORMALITIES 1
ABNORMALITY 1
LESION_TYPE MASS SHAPE LOBULATED MARGINS ILL_DEFINED
LESION_TYPE CALCIFICATION TYPE FINE_LINEAR_BRANCHING DISTRIBUTION LINEAR
ASSESSMENT 5
SUBTLETY 1
PATHOLOGY MALIGNANT
TOTAL_OUTLINES 2
BOUNDARY
\t{start} {codes} #
\tCORE
\t24 44 2 2 4 4 6 6 0 0 #
"""


def chain(left: int, top: int, width: int, height: int) -> str:
    """A rectangle's border as DDSM writes it: start, then steps right, down, left, up."""
    steps = "2 " * width + "4 " * height + "6 " * width + "0 " * height
    return f"{left} {top} {steps.strip()}"


def ddsm(folder: Path) -> Path:
    """One case: an outlined LEFT_CC at half size, a normal RIGHT_CC, a LEFT_MLO as LJPEG alone."""
    case = folder / "cases" / "cancers" / "cancer_01" / "case0001"
    case.mkdir(parents=True)
    lines = f"LINES {2 * ROWS} PIXELS_PER_LINE {2 * COLUMNS} BITS_PER_PIXEL 12 RESOLUTION 50"
    (case / "A-0001-1.ics").write_text(
        "ics_version 1.0\nfilename A-0001-1\nDATE_OF_STUDY 3 3 1997\nPATIENT_AGE 67\nFILM \n"
        "FILM_TYPE REGULAR\nDENSITY 2\nDATE_DIGITIZED 7 22 1997 \nDIGITIZER LUMISYS LASER \n"
        f"SELECTED \nLEFT_CC {lines} OVERLAY\nLEFT_MLO {lines} OVERLAY\n"
        f"RIGHT_CC {lines} NON_OVERLAY\n"
    )
    picture(case / "A_0001_1.LEFT_CC.png", breast())
    picture(case / "A_0001_1.RIGHT_CC.png", breast())
    (case / "A_0001_1.LEFT_MLO.LJPEG").write_bytes(b"\xff\xd8")
    start, _, codes = chain(20, 40, 39, 59).partition(" ")
    text = OVERLAY.format(start=start, codes=codes)
    (case / "A_0001_1.LEFT_CC.OVERLAY").write_text(text)
    return folder


def vindr(folder: Path) -> Path:
    """One study of three images, one of them in the table of breasts alone, one missing."""
    shared = {
        "study_id": "s1",
        "series_id": "e1",
        "height": ROWS,
        "width": COLUMNS,
        "breast_birads": "BI-RADS 4",
        "breast_density": "DENSITY C",
        "split": "training",
    }
    one = {**shared, "image_id": "i1", "laterality": "L", "view_position": "CC"}
    two = {**shared, "image_id": "i2", "laterality": "R", "view_position": "CC"}
    gone = {**shared, "image_id": "i3", "laterality": "R", "view_position": "MLO"}
    box = {"xmin": 10.5, "ymin": 20.5, "xmax": 40.5, "ymax": 50.5}
    none = dict.fromkeys(box, "")
    words = ("['Suspicious Calcification', 'Mass']", "['Skin Thickening']", "['No Finding']")
    table(
        folder / "finding_annotations.csv",
        [
            {**one, "finding_categories": words[0], "finding_birads": "BI-RADS 4", **box},
            {**one, "finding_categories": words[1], "finding_birads": "", **box, "xmax": 90.5},
            {**one, "finding_categories": "['Novelty']", "finding_birads": "", **box},
            {**one, "finding_categories": "['Mass']", "finding_birads": "", **box, "xmax": 10.5},
            {**gone, "finding_categories": words[2], "finding_birads": "", **none},
        ],
    )
    table(folder / "breast-level_annotations.csv", [one, two])
    dicom(folder / "images" / "s1" / "i1.dicom", breast(), "L", "CC")
    dicom(folder / "images" / "s1" / "i2.dicom", breast(), "R", "CC")
    return folder


def cesm_line(box: tuple[int, int, int, int], area: int, **more: object) -> dict[str, object]:
    x0, y0, x1, y1 = box
    return {
        "image": "P1_L_DM_CC.jpg",
        "patient": "P1",
        "side": "L",
        "view": "CC",
        "split": "train",
        "x0": x0,
        "y0": y0,
        "x1": x1,
        "y1": y1,
        "area": area,
        "birads": "4",
        "density": "C",
        "findings": "High density mass with edema pattern",
        **more,
    }
