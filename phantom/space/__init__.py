"""Where things are in a synthetic breast: its own frame, a view's frame, a view's pixels."""
