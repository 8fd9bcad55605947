"""Benchmarks: ours against a named reference in the same run. ``python -m benchmarks --help``."""
