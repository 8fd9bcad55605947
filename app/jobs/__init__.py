"""Work away from the window's thread: progress, cancelling, results handed over; never Qt."""
