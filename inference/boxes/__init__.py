"""Boxes as arrays: how alike they are, and which of many on one thing is kept."""
