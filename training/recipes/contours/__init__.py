"""Contours of masses in regions: U-Net++ with deep supervision, and what it is compared with.

``python -m training.recipes.contours train|evaluate|package``; see ``docs/training.md``.
"""
