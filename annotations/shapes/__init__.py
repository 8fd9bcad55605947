"""Contours, masks and groups: pure functions on shapes, without an image."""
