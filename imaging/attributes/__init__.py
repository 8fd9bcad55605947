"""DICOM attributes read without ever failing, and conclusions with their reasons."""
