"""Annotating: the reading that is kept, the tool in the hand, what is selected, intents."""
