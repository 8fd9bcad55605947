"""Which image goes where, turned how, at which scale."""
