"""How far two readers agree over many studies, as a page."""
