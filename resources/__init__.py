"""Icons, style, hanging protocols, model packages and help pages; data, no code."""
