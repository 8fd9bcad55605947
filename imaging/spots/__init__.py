"""Small bright dots, as calcifications are: found, snapped to, and grown to their extent."""
