"""DeepLIMa's calcifications: a U-Net with group norm, trained on phantoms.

``python -m training.recipes.deeplima_calc data|train|evaluate|package|ablation``; see
``docs/training.md``.
"""
