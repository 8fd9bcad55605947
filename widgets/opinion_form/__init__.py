"""The form of the report: what a reader says of the study as a whole."""
