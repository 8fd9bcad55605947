"""What is on the screen, as frozen data, and the gestures that change it; never Qt."""
