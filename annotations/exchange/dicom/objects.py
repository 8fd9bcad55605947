"""What all DICOM objects of ours say of their study, and the images that they refer to."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from pydicom import dcmread
from pydicom.dataset import Dataset
from pydicom.errors import InvalidDicomError
from pydicom.uid import UID, ExplicitVRLittleEndian

from annotations.exchange.format import ExchangeError, bad
from annotations.exchange.neutral import Exchange, ExchangeImage, ExchangeStudy
from imaging.writing.writer import save_object

MANUFACTURER, MODEL, SERIAL, SOFTWARE = "Fourview", "Fourview", "0", "1"
FOR_PRESENTATION = "1.2.840.10008.5.1.4.1.1.1.2"
_UID_PREFIX = "2.25."


def uid_of(*words: str) -> str:
    """A UID made of words: the same words, the same UID (PS3.5 B.2)."""
    digest = hashlib.sha256("\0".join(words).encode("utf-8", "surrogatepass")).digest()
    return f"{_UID_PREFIX}{uuid.UUID(bytes=digest[:16], version=4).int}"


def finding_uid(finding_id: uuid.UUID) -> str:
    """A finding's id as a UID, PS3.5 B.2."""
    return f"{_UID_PREFIX}{finding_id.int}"


def finding_id(uid: str) -> uuid.UUID | None:
    """The id of a finding that ``finding_uid`` made the UID of."""
    number = uid.removeprefix(_UID_PREFIX)
    if not uid.startswith(_UID_PREFIX) or not number.isdecimal() or int(number) >= 1 << 128:
        return None
    return uuid.UUID(int=int(number))


def source_of(image: ExchangeImage, exchange: Exchange) -> Dataset:
    """An image's header, as far as objects that refer to it need it.

    Raises ExchangeError for a picture, which no DICOM object can refer to.
    """
    if not UID(image.uid).is_valid or not image.uid or not image.series_uid:
        raise ExchangeError(
            f"the image {image.uid!r} is no DICOM image that was scanned; DICOM objects can't "
            "refer to it",
            remedy="Give the folder of the DICOM images with --images",
        )
    ds = Dataset()
    fill_study(ds, exchange.study.get(image.study_uid) or ExchangeStudy(image.study_uid))
    ds.SeriesInstanceUID, ds.SOPInstanceUID = image.series_uid, image.uid
    ds.SOPClassUID = image.class_uid or FOR_PRESENTATION
    ds.Modality = "MG"
    ds.Rows, ds.Columns = image.size.shape
    ds.SamplesPerPixel, ds.PhotometricInterpretation = 1, "MONOCHROME2"
    ds.BitsAllocated, ds.BitsStored, ds.HighBit, ds.PixelRepresentation = 16, 12, 11, 0
    if image.frames > 1:
        ds.NumberOfFrames = image.frames
    return ds


def fill_study(ds: Dataset, study: ExchangeStudy) -> None:
    """Patient and General Study modules, PS3.3 C.7.1.1 and C.7.2.1."""
    patient = study.patient
    ds.SpecificCharacterSet = "ISO_IR 192"
    ds.PatientName, ds.PatientID = patient.name, patient.patient_id
    if patient.issuer:
        ds.IssuerOfPatientID = patient.issuer
    ds.PatientBirthDate = patient.birth_date.strftime("%Y%m%d") if patient.birth_date else ""
    ds.PatientSex = patient.sex
    ds.StudyInstanceUID = study.uid
    ds.StudyDate = study.studied.strftime("%Y%m%d") if study.studied else ""
    ds.StudyTime = ""
    ds.ReferringPhysicianName, ds.StudyID, ds.AccessionNumber = "", "", study.accession


def fill_now(ds: Dataset, moment: datetime) -> None:
    """When the object was made."""
    ds.ContentDate, ds.ContentTime = moment.strftime("%Y%m%d"), moment.strftime("%H%M%S")
    ds.InstanceCreationDate, ds.InstanceCreationTime = ds.ContentDate, ds.ContentTime


def person(reader: str) -> str:
    """A reader's account as a person's name (PN, PS3.5 6.2): letters it can't hold become ``_``."""
    held = "".join("_" if one in "\\=^" or not one.isprintable() else one for one in reader)
    return f"{held.strip()[:63]}^" if held.strip() else ""


def name_of(value: object) -> str:
    """The account that ``person`` made a name of."""
    return "" if value is None else str(value).rstrip("^")


def save(ds: Dataset, path: Path) -> None:
    """Write an object. Raises UnreadableFileError."""
    save_object(ds, path, ExplicitVRLittleEndian)


def read_objects(path: Path, *classes: str) -> Iterator[tuple[Path, Dataset]]:
    """The objects of some SOP classes in a folder or file. Raises ExchangeError where none is."""
    files = sorted(one for one in path.rglob("*") if one.is_file()) if path.is_dir() else [path]
    found = False
    for file in files:
        try:
            ds = dcmread(file)
            class_uid = str(ds.get("SOPClassUID", ""))
        except InvalidDicomError:
            continue
        except OSError as error:
            raise bad(f"can't be read ({error.strerror})", file) from error
        except Exception as error:  # whatever a damaged file makes pydicom raise
            raise bad(f"is damaged ({type(error).__name__})", file) from error
        if class_uid in classes:
            found = True
            yield file, ds
    if not found:
        raise bad("holds no DICOM object of this kind", path)


def image_by_uid(known: Exchange, uid: str, where: Path) -> ExchangeImage:
    """A known image. Raises ExchangeError."""
    image = known.image.get(uid)
    if image is None:
        raise bad(
            f"refers to the image {uid}, which is not known",
            where,
            "Give the folder of these findings' images with --images",
        )
    return image
