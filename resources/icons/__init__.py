"""Icons of the window, drawn for Fourview: 20 x 20, strokes of 1.5 px in the current colour."""
