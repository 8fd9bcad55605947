"""From a stored image to what a network sees, and exactly back: training and reading share it.

``prepare`` does all of it; ``PreparedImage`` holds the pixels and the way back.
"""
