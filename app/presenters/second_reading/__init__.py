"""The AI reading beside the reader's: when it runs, when its marks are shown, how strict it is."""
