"""What the reader has set: declared once, kept as TOML in the platform's config folder."""
