"""How well marks fit truths, in numpy alone."""
