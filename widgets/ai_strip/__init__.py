"""The strip over the list of findings: how far the AI reading is, and how strict."""
