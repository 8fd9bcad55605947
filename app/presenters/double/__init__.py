"""Double reading: two readings side by side, arbitration, agreement over a worklist."""
