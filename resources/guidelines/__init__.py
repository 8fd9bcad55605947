"""Label guidelines that come with the program, as Markdown."""
