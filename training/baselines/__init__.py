"""What needs no training and must be beaten."""
