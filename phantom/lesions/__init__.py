"""Lesions of a synthetic breast: what is drawn, where, and what it adds to a view."""
