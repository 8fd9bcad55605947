"""Qt-free view state: hanging protocols, viewport, overlays, tools."""
