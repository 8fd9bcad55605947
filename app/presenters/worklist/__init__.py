"""The worklist: lines of what was opened and of the archive, found, sorted and changed in jobs."""
