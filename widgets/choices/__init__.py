"""Answers to questions that are chosen by key or mouse, and texts that are typed once."""
