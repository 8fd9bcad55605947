"""One outline at once, from a box or a click: a light process of its own beside the worker.

The worker reads whole studies, one at a time, and steps back behind the window; a contour that is
previewed while a box is dragged can't wait for it. A crash here costs one outline.
"""
