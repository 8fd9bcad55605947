"""The published ways of finding lesions, one class each; packages name them, and add no code."""
