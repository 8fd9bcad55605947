"""One module for each thing that is trained, from its data to its package."""
