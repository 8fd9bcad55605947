"""What is kept: sources, worklist, readings as append-only revisions; never Qt or torch."""
