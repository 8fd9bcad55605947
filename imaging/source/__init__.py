"""Bytes of files and of zip members, and what may be read from them safely."""
