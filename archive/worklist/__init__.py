"""Which studies there are, who reads them, and how far they are."""
