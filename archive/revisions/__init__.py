"""Readings as revisions that are only ever added; blind double reading on top of them."""
