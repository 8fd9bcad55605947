"""How hard the synthetic mammograms are for plain filters, how lifelike, and how fast made."""
