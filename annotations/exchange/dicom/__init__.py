"""DICOM objects that carry findings: segmentations, structured reports, presentation states."""
