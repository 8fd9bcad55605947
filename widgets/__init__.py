"""Qt widgets that paint state and emit intents; they change no model."""
