"""What a reader measures on an image, as frozen data that can say itself in words."""
