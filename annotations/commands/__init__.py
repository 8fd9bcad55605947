"""The only ways to change a document, and the history of changes."""
