"""Two readings of one study side by side, as a panel beside the images."""
