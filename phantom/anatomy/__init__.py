"""A synthetic breast without lesions: outline, gland, strands, vessels, skin, muscle, axilla."""
