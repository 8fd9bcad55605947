"""Findings out to other programs and in from them, for the window and the command line."""
