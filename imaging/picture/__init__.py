"""Plain PNG, TIFF and JPEG mammograms, and the sidecars beside them."""
