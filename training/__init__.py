"""Torch networks, recipes, data sets, losses, evaluation and export; never Qt."""
