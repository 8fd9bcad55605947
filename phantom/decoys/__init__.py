"""What looks like a lesion and is none: folds, moles, nodes, vessels, clips, letters, lines."""
