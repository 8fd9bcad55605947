"""Annotation tools: from gestures on an image to previews and commands; hit-testing."""
