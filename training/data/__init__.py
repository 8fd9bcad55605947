"""Where images and truths for training come from, and how they are made ready."""
