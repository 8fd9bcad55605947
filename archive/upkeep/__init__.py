"""Looks after the archive: backup, restore, check, and what earlier versions kept as files."""
