"""Hanging protocols as TOML."""
