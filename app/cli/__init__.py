"""The command line; it imports Qt only to open the window."""
