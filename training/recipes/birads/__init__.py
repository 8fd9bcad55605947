"""Malignancy, BI-RADS category and descriptors of findings, and composition of breasts.

``python -m training.recipes.birads train|composition|evaluate|package``; see ``docs/training.md``.
"""
