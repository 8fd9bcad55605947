"""A study in, findings out: guard, detection, fusion, counterparts, scores, change."""
