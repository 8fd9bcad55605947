"""Mammograms and tomosynthesis stacks written as DICOM."""
