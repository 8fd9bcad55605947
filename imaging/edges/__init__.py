"""Edges of structures in an image, and least-cost paths along them."""
