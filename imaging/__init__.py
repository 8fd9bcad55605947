"""DICOM in and out: pixels, grey values, orientation, spacing, anatomy; never Qt or torch."""
