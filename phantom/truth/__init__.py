"""What is really there: the truth of a synthetic view, in pixels of its stored image."""
