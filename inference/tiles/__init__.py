"""Large pictures in small squares: where these lie, which are worth a look, and their answers."""
