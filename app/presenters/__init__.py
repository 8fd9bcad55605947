"""What joins studies, jobs and the screen's state; never Qt."""
