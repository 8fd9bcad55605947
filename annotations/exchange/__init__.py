"""What leaves the program and comes in: findings in the formats of other programs."""
