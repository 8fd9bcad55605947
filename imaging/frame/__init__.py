"""From a DICOM file to the stored values of one frame."""
