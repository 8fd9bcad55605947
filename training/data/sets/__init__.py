"""Data sets as their makers publish them, each layout in a module of its own."""
