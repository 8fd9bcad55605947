"""Synthetic breasts: consistent views with known lesions; never Qt or torch."""
