"""Style sheet of the window; words that begin with @ are colours of widgets.theme."""
