"""Formats that are plain files: JSON, tables, text and pictures."""
