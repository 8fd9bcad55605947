"""Whole synthetic exams: what is asked for, making it, and writing it as DICOM."""
