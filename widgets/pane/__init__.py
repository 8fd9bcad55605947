"""A pane: an image at its placement, what is drawn over it, and what the hand wants of it."""
