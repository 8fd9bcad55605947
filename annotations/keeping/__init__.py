"""Where readings are kept: journal, document file, published schema, locks."""
