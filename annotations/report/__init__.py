"""What a reading says: consistency, words for findings, the text of the report."""
