"""Values as DICOM writes them."""

from __future__ import annotations

from datetime import datetime

from pydicom.valuerep import format_number_as_ds


def decimal_string(value: float) -> str:
    """A decimal string (DS) of at most 16 characters, PS3.5 6.2. ValueError if not finite."""
    return format_number_as_ds(float(value))


def date_and_time(moment: datetime) -> tuple[str, str]:
    """Date (DA) and time (TM), PS3.5 6.2."""
    fraction = f".{moment.microsecond:06d}" if moment.microsecond else ""
    return moment.strftime("%Y%m%d"), moment.strftime("%H%M%S") + fraction
