"""The archive behind the window: opened in a job, asked in jobs."""
