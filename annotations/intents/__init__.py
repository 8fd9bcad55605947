"""What a reader wants, as one command: pure functions on a document, each with exact undo."""
