"""Taking out of what leaves whatever tells who the patient is (PS3.15, Annex E)."""
