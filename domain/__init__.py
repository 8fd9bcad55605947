"""The field's words as small frozen types. Imports nothing but the standard library and numpy."""
