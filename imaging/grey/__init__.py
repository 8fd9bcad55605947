"""From stored values to grey: modality LUT, VOI, polarity, display tables."""
