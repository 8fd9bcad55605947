"""The database: its tables, how it is opened, and how it is brought to this version."""
