"""What the pixels show of the breast: outline, air, pectoral edge, nipple, artefacts."""
