"""A small detector of masses and other soft lesions, trained on phantoms alone.

``python -m training.recipes.phantom_mass data|train|evaluate|package``; see ``docs/training.md``.
"""
