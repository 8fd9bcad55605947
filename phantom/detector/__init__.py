"""From tissue to stored values: exposure, noise, a unit's processing and its windows."""
