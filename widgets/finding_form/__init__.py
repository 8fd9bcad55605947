"""The form of one finding: what a reader says of it, by keys or by mouse."""
