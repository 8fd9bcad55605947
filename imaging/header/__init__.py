"""From a header to the view it describes: side, projection, kind, spacing, technique."""
