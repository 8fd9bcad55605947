"""What a place on one image tells about the others: the same place mirrored, the arc, the band."""
