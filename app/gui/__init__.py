"""The window: puts models, presenters and widgets together."""
