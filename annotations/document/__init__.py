"""What a reading holds: findings, the report, and which pixels they were drawn on."""
