"""The document of a reading: commands, history, journal, exchange; never Qt, torch or SQL."""
